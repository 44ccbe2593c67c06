mod replies;
mod requests;
mod troubles;
