"""Years of a municipality's cases, made in the database itself: 100,000 tickets in seconds.

Seven incidents for ten tickets, the newest with 300 tickets of its own; 2 % of the incidents are open, 1 % resolved.
Every fiftieth incident hits several schools.
Every thousandth ticket is that of `larare` on ekbacken. Histories are short, and their hashes stand for real ones.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.directory import Directory

LARGE = 300  # tickets of the newest incident
NEWEST_INCIDENT = "in_" + f"{0:032x}"

_GIVEN = text(
    "CREATE TEMPORARY TABLE given ON COMMIT DROP AS SELECT CAST(:municipality AS text) AS municipality,"
    " CAST(:tickets AS int) AS tickets, CAST(:incidents AS int) AS incidents, CAST(:large AS int) AS large,"
    " CAST(:schools AS text[]) AS schools, CAST(:services AS text[]) AS services, CAST(:parties AS text[]) AS parties"
)

_ENTRY = """
jsonb_build_object('case', {case}, 'seq', {seq}, 'prev', repeat('0', 64), 'hash', repeat(md5({case}), 2), 'at', {at},
    'party', {party}, 'kind', {kind}, 'caused_by', 'ev_' || md5({case}), 'digests', '{{}}'::jsonb, 'disclosures',
    jsonb_build_object(
        'author', jsonb_build_object('salt', md5({case}), 'value', jsonb_build_object('person', {person})),
        'audience', jsonb_build_object('salt', md5({case}), 'value',
            jsonb_build_object('readers', jsonb_build_array({audience}), 'private', false)),
        'text', jsonb_build_object('salt', md5({case}), 'value', jsonb_build_object('sv', {words})),
        'facts', jsonb_build_object('salt', md5({case}), 'value', '{{}}'::jsonb)))
"""

_STATEMENTS = (
    # Incident 0 is the newest; the older, the higher its number.
    """
    INSERT INTO incident (id, municipality, kind, service, school, urgency, scope, opened_at, version, state,
        waiting_on, holder, holder_tier, holder_since, path, rule, reason, tickets, schools, public_text, resolved_at,
        closed_at, last_word_at, next_due_at, chain_seq, chain_hash)
    SELECT 'in_' || lpad(to_hex(i), 32, '0'), municipality, 'incident', service, school, 1 + i % 4,
        CASE WHEN i % 50 = 0 THEN 'schools' ELSE 'school' END, opened,
        3, state, CASE WHEN state = 'waiting' THEN 'vendor' END, holder,
        CASE WHEN holder LIKE 'vendor:%' THEN 'vendor' ELSE 'local' END, opened, ARRAY[holder], 'standard',
        jsonb_build_object('sv', 'De sköter det.', 'en', 'They run it.'), 1, ARRAY[school], '{}'::jsonb,
        CASE WHEN state IN ('resolved', 'closed') THEN opened + interval '1 day' END,
        CASE WHEN state = 'closed' THEN opened + interval '2 days' END, opened + interval '1 hour',
        CASE WHEN state IN ('new', 'in_progress', 'waiting') THEN now() + (hashint4(i) % 200) * interval '10 min' END,
        2, repeat(md5(i::text), 2)
    FROM (
        SELECT municipality, i, now() - i * interval '1000 days' / incidents AS opened,
            schools[1 + abs(hashint4(i)) % cardinality(schools)] AS school,
            services[1 + abs(hashint4(i + 1)) % cardinality(services)] AS service,
            parties[1 + abs(hashint4(i + 2)) % cardinality(parties)] AS holder,
            CASE WHEN i * 50 < incidents THEN (ARRAY['new', 'in_progress', 'waiting'])[1 + i % 3]
                 WHEN i * 33 < incidents THEN 'resolved' ELSE 'closed' END AS state
        FROM given, generate_series(0, incidents - 1) AS i
    ) AS drawn
    """,
    # The first seven tenths found an incident each; of the rest, some fill the newest, the others go where they fall.
    """
    INSERT INTO ticket (id, municipality, number, kind, reporter, title, description, language, school, room, service,
        urgency, occurred_at, filed_at, state, incident, chain_seq, chain_hash)
    SELECT 'tk_' || md5(n::text), incident.municipality, 'MAL-2026-' || lpad(n::text, 7, '0'), 'incident',
        CASE WHEN n % 1000 = 0 THEN 'larare' ELSE 'person-' || n % 2000 END,
        (ARRAY['Projektorn startar inte', 'Nätet är nere', 'Kommer inte in', 'Skrivaren har fastnat', 'Ingen bild'])
            [1 + abs(hashint4(n)) % 5] || ' i sal ' || n % 971,
        'Det började i morse, och vi har prövat att starta om.', 'sv',
        CASE WHEN n % 1000 = 0 THEN 'ekbacken' ELSE incident.school END, 'B' || n % 300, incident.service, 1 + n % 4,
        incident.opened_at, incident.opened_at, CASE WHEN incident.state = 'closed' THEN 'closed' ELSE 'open' END,
        incident.id, 1, repeat(md5(n::text), 2)
    FROM given CROSS JOIN generate_series(0, tickets - 1) AS n
    JOIN incident ON incident.id = 'in_' || lpad(to_hex(
        CASE WHEN n < incidents THEN n WHEN n < incidents + large THEN 0 ELSE abs(hashint4(n)) % incidents END
    ), 32, '0')
    """,
    """
    INSERT INTO link (ticket, incident, municipality, linked_at, score, reasons, engine_version, directory_version)
    SELECT id, incident, municipality, filed_at, 1, '[{"sv": "samma tjänst"}]', '1', '1' FROM ticket
    """,
    """
    INSERT INTO clock (id, municipality, incident, party, promise, started_at, due_at, stopped_at, stop_reason)
    SELECT 'cl_' || md5(id || promise), municipality, id, holder, promise, opened_at, opened_at + interval '4 hours',
        closed_at, CASE WHEN closed_at IS NOT NULL THEN 'kept' END
    FROM incident, unnest(ARRAY['acknowledge', 'next_update', 'resolve']) AS promise
    """,
    "INSERT INTO entry (case_id, seq, municipality, at, content) SELECT id, 1, municipality, filed_at, "
    + _ENTRY.format(
        case="id", seq=1, at="filed_at", party="'reporter'", kind="'filed'", person="reporter", audience="'reporter'",
        words="title || E'\\n\\n' || description",
    )
    + " FROM ticket",
    "INSERT INTO entry (case_id, seq, municipality, at, content) SELECT id, seq, municipality, opened_at, "
    + _ENTRY.format(
        case="id", seq="seq", at="opened_at", party="'eskalera'", kind="'assigned'", person="NULL::text",
        audience="'reporters'", words="'Ärendet ligger nu hos ' || holder || '.'",
    )
    + " FROM incident, generate_series(1, 2) AS seq",
    """
    INSERT INTO person (municipality, person, name, role, schools, teams, language, placeholder)
    SELECT municipality, 'person-' || n, 'Person ' || n, 'teacher', '{}', '{}', 'sv', false
    FROM given, generate_series(0, 1999) AS n
    """,
    """
    INSERT INTO handoff (id, municipality, incident, vendor, connection, role, state, offered_at, heads)
    SELECT 'ho_' || md5(id), municipality, id, holder, 'demo', 'lead', 'acknowledged', opened_at, '{}'::jsonb
    FROM incident WHERE holder_tier = 'vendor'
    """,
    """
    INSERT INTO question (id, municipality, incident, handoff, asker, ticket, text, asked_at, answered_at)
    SELECT 'qu_' || md5(ticket.id), ticket.municipality, incident.id, 'ho_' || md5(incident.id), holder, ticket.id,
        '{"sv": "Vilken färg har lampan?"}', opened_at, closed_at
    FROM ticket JOIN incident ON incident.id = ticket.incident WHERE holder_tier = 'vendor'
    """,
    """
    INSERT INTO proposal (id, municipality, incident, vendor, text, proposed_at, decided_at, accepted)
    SELECT 'pr_' || md5(id), municipality, id, holder, '{"sv": "Vi har bytt switchen."}', opened_at, closed_at, true
    FROM incident WHERE holder_tier = 'vendor'
    """,
    """
    INSERT INTO suggestion (id, municipality, incident, candidate, tickets, score, reasons, asked_at, state)
    SELECT 'su_' || md5(ticket.id), ticket.municipality, incident.id,
        'in_' || lpad(to_hex(ticket.urgency), 32, '0'),
        ARRAY[ticket.id], 0.5, '[{"sv": "Samma tjänst."}]', opened_at,
        CASE WHEN incident.state = 'closed' THEN 'refused' ELSE 'open' END
    FROM ticket JOIN incident ON incident.id = ticket.incident
    """,
    """
    INSERT INTO command (id, municipality, incident, type, person, asked_at, state, reason)
    SELECT 'rq_' || md5(id), municipality, id, 'incident.close_requested.v1', 'samordnare', opened_at, 'done',
        '{}'::jsonb
    FROM incident
    """,
    """
    UPDATE incident SET turns_at = next_due_at, step_due_at = next_due_at + interval '1 hour', policy = 'standard',
        step_then = '[{"action": "next_party", "parties": ["team:samordnaren"]}]' WHERE next_due_at IS NOT NULL
    """,
    "UPDATE incident SET tickets = (SELECT count(*) FROM ticket WHERE incident = incident.id) WHERE closed_at IS NULL",
    """
    UPDATE incident SET kind = 'need', state = 'decided', decision = 'yes', decided_at = closed_at
    WHERE state = 'closed' AND abs(hashint4(('x' || right(id, 7))::bit(28)::int)) % 20 = 0
    """,
    "ANALYZE",
)  # fmt: skip


async def many_cases(engine: AsyncEngine, directory: Directory, tickets: int) -> None:
    """`tickets` tickets with all that hangs on them, and fresh statistics."""
    values = {
        "municipality": directory.id,
        "tickets": tickets,
        "incidents": tickets * 7 // 10,
        "large": LARGE,
        "schools": [school.id for school in directory.schools],
        "services": [service.id for service in directory.services],
        "parties": [f"team:{team.id}" for team in directory.teams]
        + [f"vendor:{each.id}" for each in directory.vendors],
    }
    async with engine.begin() as conn:
        await conn.execute(text("SET LOCAL statement_timeout = 0"))
        await conn.execute(_GIVEN, values)
        for statement in _STATEMENTS:
            await conn.execute(text(statement.replace("::", r"\:\:")))
