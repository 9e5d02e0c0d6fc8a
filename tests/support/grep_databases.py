"""Where a word stands in a database: every column that can hold words, in every table."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_COLUMNS = text(
    """
    SELECT c.table_name, c.column_name, c.udt_name
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
      AND c.udt_name IN ('text', 'varchar', 'bpchar', 'json', 'jsonb', 'bytea', '_text', 'tsvector')
    ORDER BY 1, 2
    """
)


async def places(engine: AsyncEngine, word: str) -> list[str]:
    """`table.column: rows`, for each column in which the word stands."""
    found = []
    async with engine.connect() as conn:
        for table, column, type_ in (await conn.execute(_COLUMNS)).all():
            within = f'"{column}"' if type_ == "bytea" else f'"{column}"::text'.replace("::", r"\:\:")
            sought = "convert_to(CAST(:word AS text), 'UTF8')" if type_ == "bytea" else "CAST(:word AS text)"
            query = text(f'SELECT count(*) FROM "{table}" WHERE position({sought} IN {within}) > 0')
            if count := await conn.scalar(query, {"word": word}):
                found.append(f"{table}.{column}: {count}")
    return found
