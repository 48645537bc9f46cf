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

_SELLING = """
CREATE TABLE publications (
  id INTEGER PRIMARY KEY, title TEXT NOT NULL, handle TEXT, catalog_kind TEXT NOT NULL, catalog_id INTEGER,
  auto_publish INTEGER NOT NULL, supports_future INTEGER NOT NULL, is_own INTEGER NOT NULL
);
CREATE TABLE listings (
  id INTEGER PRIMARY KEY, publication_id INTEGER NOT NULL, owner_type TEXT NOT NULL, owner_id INTEGER NOT NULL,
  publish_date TEXT, UNIQUE (owner_type, owner_id, publication_id)
);
CREATE INDEX listings_on_publication ON listings (publication_id, owner_type, owner_id);
CREATE TABLE markets (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, handle TEXT NOT NULL UNIQUE, status TEXT NOT NULL,
  is_primary INTEGER NOT NULL, regions TEXT NOT NULL, currency TEXT, local_currencies INTEGER NOT NULL,
  rounding INTEGER NOT NULL, manual_rate TEXT
);
CREATE TABLE market_catalogs (
  id INTEGER PRIMARY KEY, title TEXT NOT NULL, status TEXT NOT NULL, market_ids TEXT NOT NULL, publication_id INTEGER
);
CREATE TABLE price_lists (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, currency TEXT NOT NULL, adjustment_type TEXT NOT NULL,
  adjustment_value REAL NOT NULL, compare_at_mode TEXT NOT NULL, catalog_id INTEGER
);
CREATE TABLE fixed_prices (
  id INTEGER PRIMARY KEY, price_list_id INTEGER NOT NULL, variant_id INTEGER NOT NULL, price TEXT NOT NULL,
  compare_at_price TEXT, UNIQUE (price_list_id, variant_id)
);
CREATE INDEX fixed_prices_of_variant ON fixed_prices (variant_id);
CREATE TABLE shop_locales (
  id INTEGER PRIMARY KEY, locale TEXT NOT NULL UNIQUE, is_primary INTEGER NOT NULL, published INTEGER NOT NULL
);
CREATE TABLE web_presences (
  id INTEGER PRIMARY KEY, domain_id INTEGER, suffix TEXT, default_locale TEXT NOT NULL, alternate_locales TEXT NOT NULL
);
CREATE TABLE translations (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, resource_id INTEGER NOT NULL, locale TEXT NOT NULL, key TEXT NOT NULL,
  market_id INTEGER NOT NULL, value TEXT NOT NULL, digest TEXT NOT NULL, updated_at TEXT NOT NULL,
  UNIQUE (kind, resource_id, locale, key, market_id)
);
CREATE TABLE metaobject_definitions (
  id INTEGER PRIMARY KEY, type TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT, display_key TEXT,
  fields TEXT NOT NULL, access TEXT NOT NULL, capabilities TEXT NOT NULL, created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);
CREATE TABLE metaobjects (
  id INTEGER PRIMARY KEY, definition_id INTEGER NOT NULL, type TEXT NOT NULL, handle TEXT NOT NULL,
  given_name TEXT NOT NULL, display_name TEXT NOT NULL, contents TEXT NOT NULL, status TEXT, template_suffix TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL, UNIQUE (type, handle)
);
CREATE INDEX metaobjects_of_definition ON metaobjects (definition_id);
ALTER TABLE metafield_definitions ADD COLUMN constraints TEXT;
ALTER TABLE metafield_definitions ADD COLUMN template_id INTEGER;
"""

# A shop made before there were locations gets its primary one, and a level there for every item. In a new file the
# sequence has no row yet, so that nothing is added.
_INVENTORY = """
CREATE TABLE locations (
  id INTEGER PRIMARY KEY, stock_number INTEGER NOT NULL UNIQUE, name TEXT NOT NULL, is_primary INTEGER NOT NULL,
  is_active INTEGER NOT NULL, fulfills_online_orders INTEGER NOT NULL, address1 TEXT, address2 TEXT, city TEXT,
  country_code TEXT, province_code TEXT, zip TEXT, phone TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
  deactivated_at TEXT
);
CREATE TABLE inventory_levels (
  id INTEGER PRIMARY KEY, item_id INTEGER NOT NULL, location_id INTEGER NOT NULL, stock_number INTEGER NOT NULL,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL, moved_at TEXT NOT NULL, is_active INTEGER NOT NULL,
  available INTEGER NOT NULL, committed INTEGER NOT NULL, damaged INTEGER NOT NULL, incoming INTEGER NOT NULL,
  quality_control INTEGER NOT NULL, reserved INTEGER NOT NULL, safety_stock INTEGER NOT NULL,
  UNIQUE (item_id, location_id)
);
CREATE INDEX inventory_levels_at_location ON inventory_levels (location_id, id);
CREATE TABLE inventory_groups (
  id INTEGER PRIMARY KEY, reason TEXT NOT NULL, reference TEXT, changes TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE stock_totals (id INTEGER PRIMARY KEY, total INTEGER NOT NULL, until_s REAL NOT NULL);
CREATE TABLE idempotency_attempts (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, request TEXT NOT NULL, is_refused INTEGER NOT NULL,
  payload TEXT NOT NULL, asked_at_s REAL NOT NULL
);
UPDATE sequence SET last = last + 2;
INSERT INTO locations (id, stock_number, name, is_primary, is_active, fulfills_online_orders, created_at, updated_at)
SELECT last - 1, last, 'Shop location', 1, 1, 1, json_extract(content, '$.created_at'),
  json_extract(content, '$.created_at') FROM sequence, settings;
INSERT INTO inventory_levels SELECT sequence.last + row_number() OVER (ORDER BY variants.id), variants.item_id,
  locations.id, locations.stock_number, variants.created_at, variants.created_at,
  json_object('available', variants.created_at), 1, 0, 0, 0, 0, 0, 0, 0 FROM variants, locations, sequence;
UPDATE sequence SET last = last + (SELECT count(*) FROM inventory_levels);
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

_LINKS = """
ALTER TABLE operations ADD COLUMN new_product_id INTEGER;
ALTER TABLE options ADD COLUMN linked_namespace TEXT;
ALTER TABLE options ADD COLUMN linked_key TEXT;
ALTER TABLE option_values ADD COLUMN linked_value TEXT;
"""

_SERVICES = """
CREATE TABLE fulfillment_services (
  id INTEGER PRIMARY KEY, location_id INTEGER NOT NULL UNIQUE, handle TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  callback_url TEXT, manages_inventory INTEGER NOT NULL, tracks INTEGER NOT NULL,
  requires_shipping_method INTEGER NOT NULL
);
ALTER TABLE markets ADD COLUMN inclusions TEXT;
"""

_WHERE_ASKED = """
ALTER TABLE bulk_operations ADD COLUMN base_url TEXT NOT NULL DEFAULT '';
"""

MIGRATIONS: tuple[str, ...] = (
    _CATALOG,
    _REDIRECTS,
    _AREAS,
    _COLLECTIONS,
    _MEDIA,
    _SELLING,
    _INVENTORY,
    _FAULTS,
    _BULK,
    _LINKS,
    _SERVICES,
    _WHERE_ASKED,
)
