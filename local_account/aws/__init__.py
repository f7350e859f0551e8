"""S3, IAM and STS on this computer, by moto, kept on disk."""

# How often a client asks again where the connection fails or S3 answers that it cannot right now.
RETRIES = 3
