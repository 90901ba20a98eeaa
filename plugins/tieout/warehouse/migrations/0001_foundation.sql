-- The rooms of the warehouse, in the direction the data flows, and what is kept about each.
create schema if not exists raw;
create schema if not exists staging;
create schema if not exists intermediate;
create schema if not exists marts;
create schema if not exists candidate;
create schema if not exists published;
create schema if not exists casework;

comment on schema raw is 'What arrived: the sources'' own columns as text, with lineage; nothing typed, nothing dropped.';
comment on schema staging is 'Renamed, cast, signed, latest delivery; one view a stream.';
comment on schema intermediate is 'The open format, one table an entity, and the matches.';
comment on schema marts is 'Facts, exceptions and reports of the run in progress.';
comment on schema candidate is 'What the next publication would show; judged by the gate.';
comment on schema published is 'The last version that passed the gate: what people and BI tools read.';
comment on schema casework is 'People''s decisions, joined by exception_id.';
comment on schema ops is 'Bookkeeping of runs; the only place where the clock has a say.';

create table raw.batches (
    batch_id text primary key,
    source text not null,
    stream text not null,
    file_name text not null,
    sha256 text not null,
    byte_size bigint not null,
    row_count integer not null,
    rejected_count integer not null,
    window_from date,
    window_to date,
    account text,
    exported_at text,
    delivered_at text not null,
    delivery_rank text collate "C" not null,
    totals text,
    landed_hash text not null
);
comment on column raw.batches.batch_id is 'Names the delivery by its content; the delivery_id of the stream tables.';
comment on column raw.batches.window_to is 'Last day that the file covers, inclusive.';
comment on column raw.batches.delivery_rank is 'Sorts deliveries; the highest wins by key.';
comment on column raw.batches.totals is 'JSON object of the control totals that the file states.';
comment on column raw.batches.landed_hash is 'Of manifest.json and rows.parquet as they were loaded: a replayed batch differs.';

create table raw.rejections (
    delivery_id text not null,
    line_number integer not null,
    column_name text,
    value text,
    reason text not null
);

create table raw.findings (
    finding_id text primary key,
    source text not null,
    stream text not null,
    file_name text not null,
    sha256 text not null,
    reason text not null,
    message text not null,
    line_number integer,
    column_name text,
    value text,
    window_from date,
    window_to date,
    account text,
    delivery_rank text collate "C" not null
);

create table ops.runs (
    run_id text primary key,
    as_of date not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    outcome text,
    detail text
);

create table ops.run_steps (
    run_id text not null references ops.runs,
    step text not null,
    started_at timestamptz not null,
    seconds numeric,
    detail text
);

create table ops.gate_results (
    run_id text not null references ops.runs,
    gate text not null check (gate in ('raw', 'marts')),
    subject text not null,
    rule text not null,
    severity text not null,
    success boolean not null,
    observed text,
    threshold text,
    detail text,
    checked_at timestamptz not null
);
create index on ops.run_steps (run_id);
create index on ops.gate_results (run_id);

create table published.publication (
    publication_id bigint generated always as identity primary key,
    as_of date not null,
    run_id text not null,
    published_at timestamptz not null default now(),
    verdict text not null
);
comment on table published.publication is 'Every publication; the last one is what the other tables show.';

create table published.exception_history (
    exception_id text not null,
    version_no integer not null,
    code text not null,
    status text,
    severity text,
    difference_amount numeric(18, 2),
    currency text,
    owner text,
    due_on date,
    valid_from_as_of date not null,
    valid_to_as_of date,
    closed_on date,
    primary key (exception_id, version_no)
);
create unique index exception_history_current on published.exception_history (exception_id) where valid_to_as_of is null;
comment on table published.exception_history is 'The life of each exception as it was shown to people, across publications.';
comment on column published.exception_history.valid_from_as_of is 'as_of of the publication that first showed this version.';
comment on column published.exception_history.valid_to_as_of is 'as_of of the publication that no longer showed it; null: it is current.';
comment on column published.exception_history.closed_on is 'as_of of the publication in which the exception was gone.';

-- The reader: published and nothing else. Without a password here, so nobody can log in until one is given
-- (the embedded server has given one before this runs).
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'tieout_reader') then
        create role tieout_reader login;
    end if;
    begin
        alter role tieout_reader set default_transaction_read_only = on;
        alter role tieout_reader set search_path = published;
        -- Lets the owner of the warehouse take the reader's role for a session.
        execute format('grant tieout_reader to %I', current_user);
    exception when insufficient_privilege then
        -- An administrator made the role and keeps it; the grants below are what protects the data.
        raise notice 'the settings of tieout_reader are left as they are';
    end;
end
$$;
grant usage on schema published to tieout_reader;
grant select on published.publication, published.exception_history to tieout_reader;
