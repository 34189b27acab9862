//! Refunds and disputes.

use super::*;

#[tokio::test]
async fn refunds_are_made_once_in_parts_and_whole_here_and_there() {
    let world = World::new().await;
    let (payment, asked) = world.paid(cny(9900)).await;
    world.believed().await;
    let part = refund_of(&payment, REFUND, 1000);
    let facts = world.client.refund(&part).await.unwrap();
    assert_eq!(refund_states(&facts), [(1000, RefundState::Succeeded)]);
    assert_eq!(world.client.refund(&part).await.unwrap(), facts, "the same reference gives back once");
    // Also when its key has been forgotten.
    world.pass(3 * DAY);
    assert_eq!(world.client.refund(&part).await.unwrap(), facts);
    assert_eq!(world.client.look_refund(&part).await.unwrap(), facts);
    let ours: Vec<_> = facts.iter().filter(|fact| matches!(fact, Fact::Refund(r) if r.reference.as_deref() == Some(REFUND))).collect();
    assert_eq!(ours.len(), 1);

    let other = "0".repeat(32);
    let too_much = world.client.refund(&refund_of(&payment, &other, 9000)).await;
    assert!(matches!(too_much, Err(Failure::Refused { .. })), "{too_much:?}");
    world.simulator.refund(&payment, None).unwrap();
    let facts = world.client.look(&asked).await.unwrap();
    assert_eq!(refund_states(&facts), [(8900, RefundState::Succeeded), (1000, RefundState::Succeeded)]);
    let none_left = world.client.refund(&refund_of(&payment, &other, 100)).await;
    assert!(matches!(none_left, Err(Failure::Refused { code, .. }) if code == "charge_already_refunded"));
    for (kind, told) in world.believed().await {
        assert_eq!(told, facts, "{kind}");
    }
}

#[tokio::test]
async fn a_refund_may_wait_and_may_fail() {
    let world = World::new().await;
    let (payment, _) = world.paid(cny(9900)).await;
    world.simulator.hold_refunds(true);
    let refund = refund_of(&payment, REFUND, 9900);
    let facts = world.client.refund(&refund).await.unwrap();
    assert_eq!(refund_states(&facts), [(9900, RefundState::Pending)]);
    let number = facts.iter().find_map(|fact| if let Fact::Refund(r) = fact { Some(r.refund.clone()) } else { None }).unwrap();
    world.simulator.settle_refund(&number, true).unwrap();
    assert_eq!(refund_states(&world.client.look_refund(&refund).await.unwrap()), [(9900, RefundState::Succeeded)]);
    world.simulator.settle_refund(&number, false).unwrap();
    assert_eq!(refund_states(&world.client.look_refund(&refund).await.unwrap()), [(9900, RefundState::Failed)]);
    let told = world.believed().await;
    assert!(told.iter().any(|(kind, _)| kind == "refund.failed"));
}

#[tokio::test]
async fn more_refunds_than_a_page_holds_are_all_found() {
    let world = World::new().await;
    let (payment, asked) = world.paid(cny(9900)).await;
    for _ in 0..205 {
        world.simulator.refund(&payment, Some(1)).unwrap();
    }
    assert_eq!(refund_states(&world.client.look(&asked).await.unwrap()).len(), 205);
}

#[tokio::test]
async fn disputes_are_opened_won_and_lost_and_inquiries_are_none() {
    for (won, ended) in [(true, DisputeState::Won), (false, DisputeState::Lost)] {
        let world = World::new().await;
        let (payment, asked) = world.paid(cny(9900)).await;
        let dispute = world.simulator.dispute(&payment).unwrap();
        let facts = world.client.look(&asked).await.unwrap();
        assert_eq!(dispute_states(&facts), [DisputeState::Open]);
        assert!(
            facts
                .iter()
                .any(|f| matches!(f, Fact::Dispute(d) if d.amount == cny(9900) && d.fee == Some(cny(1500)) && d.dispute == dispute))
        );
        let refund = world.client.refund(&refund_of(&payment, REFUND, 100)).await;
        assert!(matches!(refund, Err(Failure::Refused { code, .. }) if code == "charge_disputed"));
        world.simulator.settle_dispute(&dispute, won).unwrap();
        let facts = world.client.look(&asked).await.unwrap();
        assert_eq!(dispute_states(&facts), [ended]);
        let told = world.believed().await;
        assert!(told.iter().filter(|(kind, _)| kind.starts_with("charge.dispute")).all(|(_, told)| *told == facts));
    }
    let world = World::new().await;
    let (payment, asked) = world.paid(cny(9900)).await;
    let inquiry = world.simulator.inquire(&payment).unwrap();
    assert_eq!(dispute_states(&world.client.look(&asked).await.unwrap()), []);
    world.simulator.settle_dispute(&inquiry, false).unwrap();
    assert_eq!(dispute_states(&world.client.look(&asked).await.unwrap()), []);
}
