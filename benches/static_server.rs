//! What the same Axum can do when there is nothing to do: serves one file from memory at every address. `make bench`
//! measures Stoa beside it, so that the figure is a ratio and not a speed of the machine.
//!
//! `static_server PORT FILE`

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::response::IntoResponse;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().ok_or("a port is missing")?.parse()?;
    let body = Bytes::from(std::fs::read(arguments.next().ok_or("a file is missing")?)?);
    let answer = move || {
        let body = body.clone();
        async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response() }
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, Router::new().fallback(answer)).await?;
    Ok(())
}
