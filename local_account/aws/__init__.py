"""S3, IAM and STS on this computer, by moto, kept on disk."""
