"""The database: the data model on one page, the write door, migrations."""
