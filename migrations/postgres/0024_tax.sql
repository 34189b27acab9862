-- Tax that is included in a price: a rate a country. Without rates there is no tax, and nothing is asked.

create table tax_rates (
    -- ISO 3166-1, two letters.
    country text not null primary key check (length(country) = 2),
    -- In hundredths of a percent: 19 % is 1900.
    rate bigint not null check (rate > 0 and rate <= 10000),
    changed_at bigint not null
);

-- What an order is taxed with, as it was said before paying. No row: no tax.
create table order_taxes (
    order_id bigint not null primary key references orders (id),
    -- Null: a country without a rate.
    country text,
    rate bigint not null check (rate >= 0 and rate <= 10000),
    -- Included in the order's price.
    minor bigint not null check (minor >= 0),
    declared_at bigint not null,
    check ((country is null) = (rate = 0))
);
