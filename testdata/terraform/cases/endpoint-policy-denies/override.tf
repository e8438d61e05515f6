data "aws_iam_policy_document" "s3_endpoint" {
  statement {
    sid     = "AmazonLinuxRepositories"
    effect  = "Allow"
    actions = ["s3:GetObject"]
    resources = [
      "arn:aws:s3:::amazonlinux.${var.region}.amazonaws.com/*",
      "arn:aws:s3:::amazonlinux-2-repos-${var.region}/*",
    ]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }

  statement {
    sid       = "AppData"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::${aws_s3_bucket.data.bucket}", "arn:aws:s3:::${aws_s3_bucket.data.bucket}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
