"""Where the repository is reviewed: GitHub and GitLab over their REST APIs. Notes, issues, approved plans.

Knows nothing of catalogs or stores: text and bytes in, text and bytes out. Never here: a token in a message.
"""
