# S3 without NAT and internet, at no charge: the endpoint adds a route for S3's prefix list to these tables. Amazon Linux
# gets its packages from S3, so that yum and dnf go this way.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids = [
    aws_route_table.protected.id,
  ]
  tags = { Name = "${local.name}-s3" }

  # The buckets that can be reached this way: those of Amazon Linux's repositories, and your own if any. Any other is refused
  # with 403, even through the NAT: the route takes all of S3. Add a statement for each further bucket.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Repositories"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["s3:GetObject"]
        Resource = [
          "arn:aws:s3:::al2023-repos-us-east-1-de612dc2/*",
          "arn:aws:s3:::amazonlinux-2-repos-us-east-1/*",
          "arn:aws:s3:::amazonlinux.us-east-1.amazonaws.com/*",
        ]
      },
    ]
  })
}
