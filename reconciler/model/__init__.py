"""The language of the project: values that every other room speaks. No IO here, and no spelling of Shopify's."""
