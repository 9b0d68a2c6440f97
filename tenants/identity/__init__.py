"""What a municipality has at the sign-in service: client, organization, own identity provider."""
