//! The door: what a request must look like before anybody asks what it means.

mod bodies;
mod routes;
mod shapes;
