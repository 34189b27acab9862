//! `stoa admin …`: what an operator does without a browser: who is here, what they may do, a lost password.

use super::Outcome;
use clap::Subcommand;
use std::io::Write;
use stoa::foundation::id::MemberId;
use stoa::foundation::viewer::Role;
use stoa::members::service;
use stoa::server::context::Context;

#[derive(Subcommand)]
pub enum Admin {
    /// List the accounts: number, handle, role, state, e-mail, name, between tabs
    List,
    /// Give a member a role: member, author, moderator, admin or owner
    SetRole {
        handle: String,
        #[arg(value_parser = parse_role)]
        role: Role,
    },
    /// Give a member a new random password, printed once, and sign them out everywhere
    ResetPassword { handle: String },
}

fn parse_role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "one of member, author, moderator, admin, owner".to_owned())
}

impl Admin {
    pub async fn run(self, ctx: &Context) -> Outcome {
        match self {
            Admin::List => list(ctx).await?,
            Admin::SetRole { handle, role } => {
                service::change_role_by_operator(ctx, &handle, role).await?;
                println!("{handle} is now {}.", role.as_str());
            }
            Admin::ResetPassword { handle } => {
                let password = service::reset_password_by_operator(ctx, &handle).await?;
                println!("The new password of {handle}: {password}");
            }
        }
        Ok(())
    }
}

async fn list(ctx: &Context) -> Outcome {
    let mut after = MemberId(0);
    loop {
        let members = service::members_for_operator(ctx, after).await?;
        let Some(last) = members.last() else { return Ok(()) };
        after = last.id;
        for member in members {
            let state = match (member.deleted, member.claimed) {
                (true, _) => "deleted",
                (false, false) => "unclaimed",
                (false, true) => "member",
            };
            let email = member.email.as_deref().unwrap_or("-");
            // Whoever reads may stop early, as `head` does.
            let (id, handle, role, name) = (member.id, member.handle, member.role.as_str(), member.name);
            writeln!(std::io::stdout(), "{id}\t{handle}\t{role}\t{state}\t{email}\t{name}")?;
        }
    }
}
