"""What runs on the platform: tables, the job graph, the SQL of each job, the customer generator, the command line."""
