-- Runs that are made of single tasks, and what each of their steps has to show.
alter table ops.runs
    add column kind text not null default 'day' check (kind in ('day', 'ingest')),
    add column source text;
comment on column ops.runs.kind is 'day: a business date tied out; ingest: what one source delivered for a business date.';
comment on column ops.runs.source is 'Of an ingest.';
create index on ops.runs (started_at);

alter table ops.run_steps add column figures jsonb not null default '{}';
comment on column ops.run_steps.figures is 'Rows, deliveries, verdicts: what the step came to, for programs; detail says it to people.';

create table ops.build_claims (
    claim_id bigint generated always as identity primary key,
    run_id text not null references ops.runs,
    claimed_at timestamptz not null default now()
);
comment on table ops.build_claims is 'Whose tables stand between raw and candidate: the last row''s run. No other may build upon them.';

-- Until now a run's candidate was known by its steps.
insert into ops.build_claims (run_id)
select run_id from ops.run_steps where step = 'stage candidate' order by started_at desc limit 1;
