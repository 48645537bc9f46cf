"""Model ↔ Admin GraphQL: the client, and requests as values. The only importer of gql and requests.

Which object a resource is, and how its fields are spelled, is never said here: that is the kinds'.
"""
