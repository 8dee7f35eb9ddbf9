# The bucket that the audit log is shipped to, with Object Lock, and the role that ships. cf502 sets the retention of each object itself.

locals {
  has_audit_bucket = var.audit_bucket_name != null
}

resource "aws_s3_bucket" "audit" {
  count = local.has_audit_bucket ? 1 : 0

  bucket              = var.audit_bucket_name
  object_lock_enabled = true
  tags                = var.tags

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "audit" {
  count = local.has_audit_bucket ? 1 : 0

  bucket = aws_s3_bucket.audit[0].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "audit" {
  count = local.has_audit_bucket ? 1 : 0

  bucket                  = aws_s3_bucket.audit[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

data "aws_iam_policy_document" "audit" {
  count = local.has_audit_bucket ? 1 : 0

  statement {
    sid       = "WriteSegmentsUnderLock"
    actions   = ["s3:PutObject", "s3:PutObjectRetention"]
    resources = ["${aws_s3_bucket.audit[0].arn}/${var.audit_prefix}*"]
  }

  statement {
    sid       = "FindEveryVersion"
    actions   = ["s3:ListBucketVersions", "s3:GetBucketObjectLockConfiguration"]
    resources = [aws_s3_bucket.audit[0].arn]
  }

  statement {
    sid       = "CompareWithTheCopy"
    actions   = ["s3:GetObjectVersion", "s3:GetObjectRetention"]
    resources = ["${aws_s3_bucket.audit[0].arn}/${var.audit_prefix}*"]
  }
}

resource "aws_iam_role" "audit" {
  count = local.has_audit_bucket ? 1 : 0

  name                 = "${var.name_prefix}-audit"
  description          = "Ships the audit log of cf502."
  assume_role_policy   = data.aws_iam_policy_document.trust_read.json
  max_session_duration = 3600
  tags                 = var.tags
}

resource "aws_iam_role_policy" "audit" {
  count = local.has_audit_bucket ? 1 : 0

  name   = "audit-shipping"
  role   = aws_iam_role.audit[0].id
  policy = data.aws_iam_policy_document.audit[0].json
}
