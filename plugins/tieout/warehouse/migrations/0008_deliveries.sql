-- Models that read deliveries make anew only what new ones, and those that are others now, can change.
create table changes.deliveries (
    delivery_id text primary key,
    landed_hash text not null,
    known text not null
);
comment on table changes.deliveries is 'The deliveries that the last build was of.';
comment on column changes.deliveries.landed_hash is 'As raw.batches had it: with another one its rows are others.';
comment on column changes.deliveries.known is 'What raw.batches said of the delivery besides.';
