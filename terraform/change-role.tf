# The role that one approved change is made with, and nothing else. Each session is cut further, to the one distribution, and tagged with the approver.

locals {
  has_change_role = length(var.change_distribution_arns) > 0
}

data "aws_iam_policy_document" "trust_change" {
  statement {
    sid     = "OnlyCf502ForOneApproverAtATime"
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

    # A session that names nobody is refused.
    condition {
      test     = "StringLike"
      variable = "aws:RequestTag/SlackUser"
      values   = ["?*"]
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

data "aws_iam_policy_document" "change" {
  count = local.has_change_role ? 1 : 0

  statement {
    sid       = "NamedDistributionsOnly"
    actions   = ["cloudfront:GetDistribution", "cloudfront:GetDistributionConfig", "cloudfront:UpdateDistribution"]
    resources = var.change_distribution_arns
  }

  dynamic "statement" {
    for_each = length(var.legacy_log_bucket_arns) > 0 ? [1] : []

    content {
      sid       = "OptionalWhereLegacyLoggingIsOn"
      actions   = ["s3:GetBucketAcl", "s3:PutBucketAcl"]
      resources = var.legacy_log_bucket_arns
    }
  }

  dynamic "statement" {
    for_each = length(var.edge_function_arns) > 0 ? [1] : []

    content {
      sid       = "OptionalWhereLambdaAtEdgeIsAttached"
      actions   = ["lambda:GetFunction", "lambda:EnableReplication*"]
      resources = var.edge_function_arns
    }
  }

  dynamic "statement" {
    for_each = length(var.change_balancer_arns) > 0 ? [1] : []

    content {
      sid       = "OptionalBalancerLookup"
      actions   = ["elasticloadbalancing:DescribeLoadBalancerAttributes"]
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = length(var.change_balancer_arns) > 0 ? [1] : []

    content {
      sid       = "OptionalNamedBalancersOnly"
      actions   = ["elasticloadbalancing:ModifyLoadBalancerAttributes"]
      resources = var.change_balancer_arns
    }
  }
}

resource "aws_iam_role" "change" {
  count = local.has_change_role ? 1 : 0

  name                 = "${var.name_prefix}-change"
  description          = "Assumed by cf502 for one approved change of a timeout."
  assume_role_policy   = data.aws_iam_policy_document.trust_change.json
  max_session_duration = 3600
  tags                 = var.tags
}

resource "aws_iam_role_policy" "change" {
  count = local.has_change_role ? 1 : 0

  name   = "change"
  role   = aws_iam_role.change[0].id
  policy = data.aws_iam_policy_document.change[0].json
}
