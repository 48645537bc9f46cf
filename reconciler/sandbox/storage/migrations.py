"""The tables, as steps from an empty file. A released step is never edited; a change is a new step at the end."""

_CATALOG = """
CREATE TABLE sequence (one INTEGER PRIMARY KEY CHECK (one = 1), last INTEGER NOT NULL);
CREATE TABLE settings (one INTEGER PRIMARY KEY CHECK (one = 1), content TEXT NOT NULL);
CREATE TABLE tokens (token TEXT PRIMARY KEY, expires_at REAL);
CREATE TABLE products (
  id INTEGER PRIMARY KEY, handle TEXT NOT NULL UNIQUE, title TEXT NOT NULL, description_html TEXT NOT NULL,
  vendor TEXT NOT NULL, product_type TEXT NOT NULL, status TEXT NOT NULL, tags TEXT NOT NULL, category TEXT,
  seo_title TEXT, seo_description TEXT, template_suffix TEXT, gift_card INTEGER NOT NULL,
  gift_card_template_suffix TEXT, requires_selling_plan INTEGER NOT NULL,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);
CREATE INDEX products_by_update ON products (updated_at, id);
CREATE TABLE options (
  id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products (id), name TEXT NOT NULL,
  position INTEGER NOT NULL
);
CREATE INDEX options_of_product ON options (product_id, position);
CREATE TABLE option_values (
  id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL, option_id INTEGER NOT NULL, name TEXT NOT NULL,
  position INTEGER NOT NULL
);
CREATE INDEX option_values_of_product ON option_values (product_id, position);
CREATE TABLE variants (
  id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL, position INTEGER NOT NULL, value_ids TEXT NOT NULL,
  title TEXT NOT NULL, price TEXT NOT NULL, compare_at_price TEXT, barcode TEXT, inventory_policy TEXT NOT NULL,
  taxable INTEGER NOT NULL, tax_code TEXT, requires_components INTEGER NOT NULL, show_unit_price INTEGER NOT NULL,
  unit_price_measurement TEXT, item_id INTEGER NOT NULL, sku TEXT, tracked INTEGER NOT NULL,
  requires_shipping INTEGER NOT NULL, cost TEXT, weight_unit TEXT NOT NULL, weight_value REAL NOT NULL,
  country_of_origin TEXT, province_of_origin TEXT, harmonized_code TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL, item_updated_at TEXT NOT NULL
);
CREATE INDEX variants_of_product ON variants (product_id, position);
CREATE INDEX variants_by_item ON variants (item_id);
CREATE INDEX variants_by_sku ON variants (sku);
CREATE TABLE metafields (
  id INTEGER PRIMARY KEY, owner_type TEXT NOT NULL, owner_id INTEGER NOT NULL, namespace TEXT NOT NULL,
  key TEXT NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
  UNIQUE (owner_type, owner_id, namespace, key)
);
CREATE INDEX metafields_by_value ON metafields (owner_type, namespace, key, value);
CREATE TABLE metafield_definitions (
  id INTEGER PRIMARY KEY, owner_type TEXT NOT NULL, namespace TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL,
  description TEXT, type TEXT NOT NULL, validations TEXT NOT NULL, access TEXT NOT NULL, capabilities TEXT NOT NULL,
  pinned_position INTEGER, UNIQUE (owner_type, namespace, key)
);
CREATE TABLE operations (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, status TEXT NOT NULL, product_id INTEGER, deleted_product_id INTEGER,
  user_errors TEXT NOT NULL, request TEXT NOT NULL, asked_at_s REAL NOT NULL
);
CREATE INDEX operations_to_run ON operations (id) WHERE status <> 'COMPLETE';
"""

# Shops that had every scope there was get the new ones too.
_REDIRECTS = """
CREATE TABLE url_redirects (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, target TEXT NOT NULL, created_at TEXT NOT NULL
);
UPDATE settings SET content = json_set(content, '$.scopes', json('[
  "read_inventory", "read_online_store_navigation", "read_products", "write_inventory",
  "write_online_store_navigation", "write_products"]'))
WHERE json_extract(content, '$.scopes') = '["read_inventory","read_products","write_inventory","write_products"]';
"""

_AREAS = """
UPDATE settings SET content = json_set(content, '$.scopes', json('[
  "read_files", "read_inventory", "read_locales", "read_locations", "read_markets",
  "read_metaobject_definitions", "read_metaobjects", "read_online_store_navigation", "read_products",
  "read_publications", "read_translations", "write_files", "write_inventory", "write_locales",
  "write_locations", "write_markets", "write_metaobject_definitions", "write_metaobjects",
  "write_online_store_navigation", "write_products", "write_publications", "write_translations"]'))
WHERE json_extract(content, '$.scopes') = '["read_inventory","read_online_store_navigation","read_products",'
  || '"write_inventory","write_online_store_navigation","write_products"]';
"""

_COLLECTIONS = """
CREATE TABLE collections (
  id INTEGER PRIMARY KEY, handle TEXT NOT NULL UNIQUE, title TEXT NOT NULL, description_html TEXT NOT NULL,
  sort_order TEXT NOT NULL, seo_title TEXT, seo_description TEXT, template_suffix TEXT, image TEXT,
  updated_at TEXT NOT NULL
);
CREATE TABLE collection_sources (
  id INTEGER PRIMARY KEY, collection_id INTEGER NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, description TEXT,
  target_type TEXT NOT NULL, inclusion_match TEXT, exclusion_match TEXT, sub_collection_ids TEXT NOT NULL
);
CREATE INDEX sources_of_collection ON collection_sources (collection_id, id);
CREATE TABLE collection_conditions (
  id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, side TEXT NOT NULL, kind TEXT NOT NULL, match_type TEXT,
  relation TEXT, operands TEXT NOT NULL, definition_id INTEGER
);
CREATE INDEX conditions_of_source ON collection_conditions (source_id, id);
CREATE TABLE collection_selections (
  id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, side TEXT NOT NULL, product_id INTEGER NOT NULL,
  variant_ids TEXT, UNIQUE (source_id, side, product_id)
);
CREATE INDEX selections_of_product ON collection_selections (product_id, side, source_id);
CREATE TABLE collection_positions (
  collection_id INTEGER NOT NULL, product_id INTEGER NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (collection_id, product_id)
) WITHOUT ROWID;
CREATE INDEX positions_of_product ON collection_positions (product_id);
CREATE TABLE jobs (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
"""

_MEDIA = """
CREATE TABLE IF NOT EXISTS files (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, alt TEXT NOT NULL, filename TEXT NOT NULL, address TEXT,
  source TEXT NOT NULL, pending_source TEXT, due_at_s REAL NOT NULL, status TEXT NOT NULL, mime_type TEXT,
  width INTEGER, height INTEGER, size INTEGER, digest TEXT, version INTEGER NOT NULL, mode TEXT NOT NULL,
  errors TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS files_by_address ON files (address);
CREATE INDEX IF NOT EXISTS files_to_work_on ON files (due_at_s) WHERE pending_source IS NOT NULL;
CREATE TABLE IF NOT EXISTS product_media (
  id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL, file_id INTEGER NOT NULL, position INTEGER NOT NULL,
  UNIQUE (product_id, file_id)
);
CREATE INDEX IF NOT EXISTS media_of_product ON product_media (product_id, position);
CREATE INDEX IF NOT EXISTS media_of_file ON product_media (file_id);
CREATE TABLE IF NOT EXISTS variant_media (variant_id INTEGER PRIMARY KEY, file_id INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS variants_of_file ON variant_media (file_id);
CREATE TABLE IF NOT EXISTS staged_uploads (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, resource TEXT NOT NULL, filename TEXT NOT NULL,
  mime_type TEXT NOT NULL, signature TEXT NOT NULL, created_at TEXT NOT NULL, digest TEXT, size INTEGER
);
UPDATE settings SET content = json_set(content, '$.media_processing_ms', 300)
WHERE json_extract(content, '$.media_processing_ms') IS NULL;
"""

_FAULTS = """
CREATE TABLE IF NOT EXISTS faults (one INTEGER PRIMARY KEY CHECK (one = 1), content TEXT NOT NULL);
"""

_BULK = """
CREATE TABLE IF NOT EXISTS bulk_operations (
  id INTEGER PRIMARY KEY, type TEXT NOT NULL, status TEXT NOT NULL, query TEXT NOT NULL, client_identifier TEXT,
  input_digest TEXT, api_version TEXT NOT NULL, created_at TEXT NOT NULL, asked_at_s REAL NOT NULL, completed_at TEXT,
  error_code TEXT, object_count INTEGER NOT NULL, root_object_count INTEGER NOT NULL, result_size INTEGER NOT NULL,
  input_offset INTEGER NOT NULL, has_url INTEGER NOT NULL, has_partial_url INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS bulk_operations_by_creation ON bulk_operations (created_at, id);
"""

MIGRATIONS: tuple[str, ...] = (_CATALOG, _REDIRECTS, _AREAS, _COLLECTIONS, _MEDIA, _FAULTS, _BULK)
