-- SPDX-License-Identifier: MIT
-- A walk through SQL; the answers must be the same in any build.
CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT NOT NULL, price REAL, tag TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
INSERT INTO item SELECT i, 'item ' || i, (i * 37 % 1000) / 10.0, 'tag ' || (i % 17) FROM n;
CREATE INDEX item_tag ON item(tag, price);
SELECT tag, count(*), round(sum(price), 2), max(name) FROM item GROUP BY tag ORDER BY 3 DESC LIMIT 5;
SELECT id, name, row_number() OVER (PARTITION BY tag ORDER BY price DESC, id) AS place FROM item ORDER BY place, id LIMIT 5;
CREATE VIEW dear AS SELECT * FROM item WHERE price > 90;
SELECT count(*), group_concat(substr(name, 6), ',') FROM (SELECT name FROM dear ORDER BY id LIMIT 20);
UPDATE item SET name = replace(name, 'item', 'thing') WHERE id % 3 = 0;
DELETE FROM item WHERE id % 5 = 0;
SELECT count(*), sum(length(name)) FROM item;
SELECT json_group_array(json_object('id', id, 'name', name)) FROM (SELECT id, name FROM item ORDER BY id LIMIT 3);
BEGIN;
INSERT INTO item SELECT id + 100000, name, price, tag FROM item;
ROLLBACK;
SELECT count(*) FROM item;
SELECT no_such_column FROM item;
INSERT INTO item(id, name) VALUES (1, 'twice');
EXPLAIN QUERY PLAN SELECT * FROM item WHERE tag = 'tag 3' ORDER BY price;
PRAGMA integrity_check;
VACUUM;
SELECT printf('%08.3f|%-10s|%x', 3.14159, 'left', 255), hex(zeroblob(4)), quote('it''s');
