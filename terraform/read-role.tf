# The role that every read is made with. The policy is iam/read-only.json, with your own buckets and log groups in it.

data "aws_partition" "current" {}
data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "trust_read" {
  statement {
    sid     = "OnlyCf502WithTheAgreedExternalId"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = [var.principal_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.external_id]
    }
  }

  statement {
    sid     = "SessionsAreTaggedWithTheSlackUserOnly"
    actions = ["sts:TagSession"]

    principals {
      type        = "AWS"
      identifiers = [var.principal_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.external_id]
    }

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "aws:TagKeys"
      values   = ["SlackUser"]
    }
  }
}

locals {
  # The statements that name a place of yours are written below; the others are taken from the file as they are.
  read_only_file = jsondecode(file("${path.module}/../iam/read-only.json"))
  read_anywhere = {
    Version   = "2012-10-17"
    Statement = [for statement in local.read_only_file.Statement : statement if try(statement.Resource, "") == "*"]
  }
}

data "aws_iam_policy_document" "read" {
  source_policy_documents = [jsonencode(local.read_anywhere)]

  statement {
    sid       = "Distribution"
    actions   = ["cloudfront:GetDistribution", "cloudfront:GetDistributionConfig"]
    resources = ["arn:${data.aws_partition.current.partition}:cloudfront::${data.aws_caller_identity.current.account_id}:distribution/*"]
  }

  dynamic "statement" {
    for_each = length(var.log_bucket_arns) > 0 ? [1] : []

    content {
      sid       = "LogBucketList"
      actions   = ["s3:ListBucket", "s3:GetBucketLocation", "s3:GetBucketRequestPayment"]
      resources = var.log_bucket_arns
    }
  }

  dynamic "statement" {
    for_each = length(var.log_bucket_arns) > 0 ? [1] : []

    content {
      sid       = "LogBucketRead"
      actions   = ["s3:GetObject"]
      resources = [for arn in var.log_bucket_arns : "${arn}/*"]
    }
  }

  dynamic "statement" {
    for_each = length(var.log_group_arns) > 0 ? [1] : []

    content {
      sid       = "LogGroups"
      actions   = ["logs:StartQuery"]
      resources = flatten([for arn in var.log_group_arns : [arn, "${arn}:*"]])
    }
  }
}

data "aws_iam_policy_document" "athena" {
  count = var.athena == null ? 0 : 1

  statement {
    sid = "AthenaWorkgroup"
    actions = [
      "athena:GetWorkGroup",
      "athena:StartQueryExecution",
      "athena:GetQueryExecution",
      "athena:GetQueryResults",
      "athena:StopQueryExecution",
    ]
    resources = [var.athena.workgroup_arn]
  }

  statement {
    sid     = "AthenaTables"
    actions = ["athena:GetTableMetadata", "glue:GetDatabase", "glue:GetTable", "glue:GetPartitions", "glue:CreateTable"]
    resources = [
      "arn:${data.aws_partition.current.partition}:athena:*:${data.aws_caller_identity.current.account_id}:datacatalog/*",
      "arn:${data.aws_partition.current.partition}:glue:*:${data.aws_caller_identity.current.account_id}:catalog",
      "arn:${data.aws_partition.current.partition}:glue:*:${data.aws_caller_identity.current.account_id}:database/${var.athena.database}",
      "arn:${data.aws_partition.current.partition}:glue:*:${data.aws_caller_identity.current.account_id}:table/${var.athena.database}/*",
    ]
  }

  statement {
    sid       = "AthenaResults"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"]
    resources = ["${var.athena.results_bucket_arn}/${var.athena.results_prefix}*"]
  }

  statement {
    sid       = "AthenaResultsBucket"
    actions   = ["s3:GetBucketLocation", "s3:ListBucket"]
    resources = [var.athena.results_bucket_arn]
  }
}

resource "aws_iam_role_policy" "athena" {
  count = var.athena == null ? 0 : 1

  name   = "athena"
  role   = aws_iam_role.read.id
  policy = data.aws_iam_policy_document.athena[0].json
}

resource "aws_iam_role" "read" {
  name                 = "${var.name_prefix}-read"
  description          = "Read by cf502, which finds out why CloudFront answers 502."
  assume_role_policy   = data.aws_iam_policy_document.trust_read.json
  max_session_duration = 3600
  tags                 = var.tags
}

resource "aws_iam_role_policy" "read" {
  name   = "read-only"
  role   = aws_iam_role.read.id
  policy = data.aws_iam_policy_document.read.json
}
