-- The models can be built beside this server, straight from landing: then a delivery counts without its rows being here.
alter table raw.batches add column is_copied boolean not null default true;
comment on column raw.batches.is_copied is
    'Whether its rows are in the stream''s table; false where only an engine that reads landing itself has built since.';
