//! What the official SDK makes of the simulator, and the client of the SDK's signatures.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_official_sdk_reads_the_simulator_and_signs_what_is_believed() {
    if !std::path::Path::new("node_modules/stripe").exists() {
        assert!(std::env::var_os("CI").is_none(), "the npm package `stripe` is not installed");
        eprintln!("skipped: the npm package `stripe` is not installed");
        return;
    }
    let world = World::new().await;
    let said = sdk(&["walk", &world.base, &world.keys["secret_key"]], String::new()).await;
    assert_eq!(said.trim(), "walked");

    let deliveries: Vec<serde_json::Value> = world.simulator.deliveries().take_all().iter().map(as_json).collect();
    assert!(deliveries.len() > 20, "{}", deliveries.len());
    let at = START.0.to_string();
    let signed = sdk(&["events", &at, &world.keys["webhook_secret"]], serde_json::to_string(&deliveries).unwrap()).await;
    let signed: Vec<serde_json::Value> = serde_json::from_str(&signed).unwrap();
    assert_eq!(signed.len(), deliveries.len());
    for (event, made) in signed.iter().zip(&deliveries) {
        let mut headers = HeaderMap::new();
        headers.insert("stripe-signature", event["signature"].as_str().unwrap().parse().unwrap());
        let told = world.client.believe(&headers, event["body"].as_str().unwrap().as_bytes()).await.unwrap();
        let made: serde_json::Value = serde_json::from_str(made["body"].as_str().unwrap()).unwrap();
        assert_eq!((made["id"].as_str(), made["type"].as_str()), (Some(told.id.as_str()), Some(told.kind.as_str())));
        world.client.facts(&told).await.unwrap();
    }
}

fn as_json(delivery: &Delivery) -> serde_json::Value {
    let signature = delivery.headers.iter().find(|(name, _)| name == "Stripe-Signature").map(|(_, value)| value.clone());
    serde_json::json!({ "signature": signature, "body": String::from_utf8(delivery.body.clone()).unwrap() })
}

/// Runs `tests/sdk/stripe.mjs` and gives what it says.
async fn sdk(arguments: &[&str], input: String) -> String {
    let mut command = std::process::Command::new("node");
    command.arg("tests/sdk/stripe.mjs").args(arguments);
    let run = move || {
        use std::io::Write;
        use std::process::Stdio;
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
