"""What the bulk jobs of `bench.bulk` do, by hand-written SQL on the same database. What is written is taken back."""

import io
import time

from django.db import connection, transaction

EVENT = """INSERT INTO access_event (at, action, actor_name, model, object_id, object_name, object_version, owner_id,
changes, context, previous_hash, hash, seals) SELECT now(), %s, 'bare', 'crm.account', id, name, 1, owner_id,
jsonb_build_object('name', jsonb_build_array(NULL, name), 'owner', jsonb_build_array(NULL, owner_id)),
'{"via": "bare"}', repeat('0', 64), repeat('0', 64), '{}' FROM {rows}"""
COLUMNS = "name, industry, level, phone, website, city, address, employees, annual_revenue, owner, notes"
STAGED = f"CREATE TEMP TABLE staged ({COLUMNS.replace(',', ' text,')} text) ON COMMIT DROP"
FRESH = """CREATE TEMP TABLE fresh ON COMMIT DROP AS WITH made AS (
INSERT INTO crm_account (created_at, updated_at, version, search_text, name, industry, level, phone, website, country,
province, city, district, address, postcode, employees, annual_revenue, currency, owner_id, notes, spared_why)
SELECT DISTINCT ON (s.name) now(), now(), 1, lower(concat_ws(' ', s.name, s.city, right(s.phone, 4))), s.name,
s.industry, 'normal', s.phone, 'https://' || s.website, '', '', s.city, '', s.address, '', s.employees::int,
replace(s.annual_revenue, '万', '')::bigint * 1000000, 'CNY', m.id, coalesce(s.notes, ''), ''
FROM staged s JOIN people_member m ON m.employee_no = s.owner
WHERE s.annual_revenue ~ '^[0-9]+万$' AND NOT EXISTS (SELECT 1 FROM crm_account a WHERE a.name = s.name)
RETURNING id, name, owner_id) SELECT * FROM made"""
KNOWN = """UPDATE crm_account a SET updated_at = now(), version = version + 1, industry = s.industry, phone = s.phone,
city = s.city, address = s.address, employees = s.employees::int, notes = coalesce(s.notes, '')
FROM staged s WHERE s.name = a.name AND a.id NOT IN (SELECT id FROM fresh)"""
EXPORTED = """COPY (SELECT a.name, a.industry, a.level, a.city, a.phone, m.name AS owner, a.last_activity_on,
a.annual_revenue, a.currency FROM crm_account a LEFT JOIN people_member m ON m.id = a.owner_id
WHERE a.archived_at IS NULL ORDER BY a.id DESC LIMIT 100000) TO STDOUT WITH (FORMAT csv)"""
CLOCK = """GREATEST(owned_since, last_call_on) + CASE level WHEN 'key' THEN 90 WHEN 'normal' THEN 45 ELSE 30 END"""
AWAY = "SELECT member_id FROM people_absence WHERE starts_on <= current_date AND ends_on >= current_date"
DUE = f"""CREATE TEMP TABLE due ON COMMIT DROP AS WITH gone AS (
SELECT id, name, city, industry, level, owner_id FROM crm_account
WHERE archived_at IS NULL AND owner_id IS NOT NULL AND {CLOCK} < current_date AND owner_id NOT IN ({AWAY})), taken AS (
UPDATE crm_account a SET owner_id = NULL, pool_id = (SELECT min(id) FROM crm_pool WHERE kind = 'crm.account'),
version = version + 1, due_on = NULL FROM gone WHERE gone.id = a.id) SELECT * FROM gone"""
STAYS = """INSERT INTO crm_poolstay (created_at, updated_at, version, search_text, kind, object_id, name, city,
industry, level, came_at, came_by, reason, left_by, note, former_owner_id, pool_id)
SELECT now(), now(), 1, lower(name), 'crm.account', id, name, city, industry, level, now(), 'recycled', '{}', '', '',
owner_id, (SELECT min(id) FROM crm_pool WHERE kind = 'crm.account') FROM due"""
SOON = f"""CREATE TEMP TABLE soon ON COMMIT DROP AS SELECT id, name, owner_id FROM crm_account
WHERE archived_at IS NULL AND owner_id IS NOT NULL AND {CLOCK} IN (current_date, current_date + 2, current_date + 6)"""


def importing(content: bytes) -> float:
    """Seconds for the same rows by COPY: what is wrong or here already is left out or updated, each with an event."""
    with transaction.atomic(), connection.cursor() as cursor:
        begun = time.perf_counter()
        cursor.execute(STAGED)
        with cursor.cursor.copy("COPY staged FROM STDIN WITH (FORMAT csv, HEADER)") as copy:
            copy.write(content)
        for text, values in (
            (FRESH, []),
            (EVENT.replace("{rows}", "fresh"), ["crm.account.create"]),
            (KNOWN, []),
        ):
            cursor.execute(text, values or None)
        spent = time.perf_counter() - begun
        transaction.set_rollback(True)
    return spent


def exporting() -> float:
    """Seconds until the same cells are here as CSV."""
    kept, begun = io.BytesIO(), time.perf_counter()
    with connection.cursor() as cursor, cursor.cursor.copy(EXPORTED) as copy:
        for part in copy:
            kept.write(part)
    return time.perf_counter() - begun


def recycling() -> float:
    """Seconds for the same night by three rules of follow-up: what is due returns, what is due soon is told."""
    with transaction.atomic(), connection.cursor() as cursor:
        begun = time.perf_counter()
        for text, values in (
            (DUE, None),
            (STAYS, None),
            (EVENT.replace("{rows}", "due"), ["crm.account.recycle"]),
            (SOON, None),
            (EVENT.replace("{rows}", "soon"), ["crm.account.due"]),
        ):
            cursor.execute(text, values)
        spent = time.perf_counter() - begun
        transaction.set_rollback(True)
    return spent
