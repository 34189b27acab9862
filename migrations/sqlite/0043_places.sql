-- Counting the places of a tier that has a limit happens while others wait: it looks at what is open, paused or being paid for
-- now, and not at all there ever was.
create index entitlements_by_tier on entitlements (tier_id, open_until);
create index pauses_by_tier on pauses (tier_id, until_at);
create index checkouts_by_end on checkouts (expires_at);
create index team_terms_by_given on team_terms (given_at);
