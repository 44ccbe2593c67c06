mod grid;
mod limits;
mod retry;
mod scenarios;
mod server;
mod simulator;
