// @shopify/shopify-api as a custom app: a query, a mutation with variables, the client-credentials token.
import '@shopify/shopify-api/adapters/node';
import {shopifyApi} from '@shopify/shopify-api';
import {setAbstractFetchFunc} from '@shopify/shopify-api/runtime';

const domain = `${process.env.SHOP}.myshopify.com`;
setAbstractFetchFunc((url, init) => fetch(process.env.STORE_URL + new URL(url).pathname, init));
const api = shopifyApi({
  apiKey: process.env.CLIENT_ID,
  apiSecretKey: process.env.CLIENT_SECRET,
  apiVersion: process.env.API_VERSION,
  hostName: 'localhost',
  isEmbeddedApp: false,
  logger: {log: () => {}},
});
const {session} = await api.auth.clientCredentials({shop: domain});
const client = new api.clients.Graphql({session, apiVersion: process.env.API_VERSION});
const read = await client.request('query Shop { shop { name } }', {retries: 2});
const write = await client.request(
  'mutation Make($product: ProductCreateInput) { productCreate(product: $product) { product { title } userErrors { field } } }',
  {variables: {product: {title: 'From an app'}}},
);
console.log(JSON.stringify({
  shop: read.data.shop.name,
  product: write.data.productCreate.product.title,
  scopes: session.scope.split(',').includes('write_products'),
}));
