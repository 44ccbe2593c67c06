mod anything;
mod replies;
mod requests;
mod troubles;
