//! Puts replies into reading order: each thread from its first reply on, answers under what they answer.

use super::model::{Reply, Sort};
use std::collections::HashMap;

/// The replies of these threads in reading order, with the depth at which each stands. A deleted one stays only where
/// something stands under it.
pub fn arrange(roots: Vec<Reply>, answers: Vec<Reply>, sort: Sort) -> Vec<Reply> {
    let mut out = Vec::with_capacity(roots.len() + answers.len());
    let mut by_parent: HashMap<i64, Vec<Reply>> = HashMap::new();
    for answer in answers {
        if let Some(parent) = answer.parent_id {
            by_parent.entry(parent).or_default().push(answer);
        }
    }
    if sort == Sort::Best {
        for siblings in by_parent.values_mut() {
            siblings.sort_by_key(|reply| (-reply.score, reply.id));
        }
    }
    for root in roots {
        place(root, 0, &mut by_parent, &mut out);
    }
    out
}

/// Recursion ends: a reply is taken out of the map when it is placed, and none is deeper than `MAX_DEPTH`.
fn place(mut reply: Reply, depth: i64, by_parent: &mut HashMap<i64, Vec<Reply>>, out: &mut Vec<Reply>) {
    let (at, answers) = (out.len(), by_parent.remove(&reply.id));
    reply.depth = depth;
    let deleted = reply.deleted;
    out.push(reply);
    for answer in answers.into_iter().flatten() {
        place(answer, depth + 1, by_parent, out);
    }
    if deleted && out.len() == at + 1 {
        out.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(id: i64, parent_id: Option<i64>, score: i64, deleted: bool) -> Reply {
        Reply {
            id,
            parent_id,
            depth: 0,
            author_id: 1,
            handle: None,
            name: String::new(),
            html: String::new(),
            lang: None,
            up_votes: 0,
            down_votes: 0,
            score,
            created_at: id,
            edited: false,
            hidden: false,
            deleted,
            own_vote: 0,
        }
    }

    fn order(replies: &[Reply]) -> Vec<(i64, i64)> {
        replies.iter().map(|r| (r.id, r.depth)).collect()
    }

    #[test]
    fn answers_follow_what_they_answer() {
        let answers = || vec![reply(3, Some(1), 0, false), reply(4, Some(1), 9, false), reply(5, Some(3), 0, false)];
        let roots = || vec![reply(2, None, 0, false), reply(1, None, 0, false)];
        assert_eq!(order(&arrange(roots(), answers(), Sort::New)), [(2, 0), (1, 0), (3, 1), (5, 2), (4, 1)]);
        assert_eq!(order(&arrange(roots(), answers(), Sort::Best)), [(2, 0), (1, 0), (4, 1), (3, 1), (5, 2)]);
    }

    #[test]
    fn a_deleted_reply_stays_only_where_something_stands_under_it() {
        let roots = vec![reply(1, None, 0, true), reply(2, None, 0, true)];
        let answers = vec![reply(3, Some(1), 0, false), reply(4, Some(2), 0, true), reply(5, Some(3), 0, true)];
        assert_eq!(order(&arrange(roots, answers, Sort::New)), [(1, 0), (3, 1)]);
    }
}
