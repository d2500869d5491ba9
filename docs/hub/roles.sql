-- The hub's two roles: one owns the tables and is used by `keyward hub init` alone, the other serves and can neither own nor bypass anything.
CREATE ROLE hub_owner LOGIN PASSWORD 'change me';
CREATE ROLE hub_app LOGIN NOBYPASSRLS PASSWORD 'change me too';
GRANT CREATE, USAGE ON SCHEMA public TO hub_owner;
GRANT USAGE ON SCHEMA public TO hub_app;
ALTER DEFAULT PRIVILEGES FOR ROLE hub_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hub_app;
