// @shopify/admin-api-client, pointed at the store by its own fetch option: a query, a mutation, a refusal.
import {createAdminApiClient} from '@shopify/admin-api-client';

const client = createAdminApiClient({
  storeDomain: `${process.env.SHOP}.myshopify.com`,
  apiVersion: process.env.API_VERSION,
  accessToken: process.env.TOKEN,
  customFetchApi: (url, init) => fetch(process.env.STORE_URL + new URL(url).pathname, init),
});
const read = await client.request('query Shop { shop { name } }');
const write = await client.request(
  'mutation Make($product: ProductCreateInput) { productCreate(product: $product) { product { title } userErrors { field } } }',
  {variables: {product: {title: 'From Node'}}},
);
const refused = await client.request('{ nothing }');
console.log(JSON.stringify({
  shop: read.data.shop.name,
  product: write.data.productCreate.product.title,
  cost: write.extensions.cost.requestedQueryCost,
  refusal: refused.errors.graphQLErrors[0].extensions.code,
}));
