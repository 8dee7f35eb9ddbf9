# What trials by continuous deployment need beside: iam/change-trial.json. The ids of staging distributions are not known before they are made, and
# IAM cannot tell them from others, so this reaches all distributions of the account; each session of cf502 is cut to the one that it writes.

locals {
  has_trials = local.has_change_role && var.allow_trials
  cloudfront = local.has_trials ? regex("^arn:aws[a-z-]*:cloudfront::[0-9]{12}", var.change_distribution_arns[0]) : ""
}

data "aws_iam_policy_document" "change_trials" {
  count = local.has_trials ? 1 : 0

  statement {
    sid       = "TrialsOfNamedDistributionsOnly"
    actions   = ["cloudfront:CopyDistribution"]
    resources = var.change_distribution_arns
  }

  statement {
    sid = "StagingDistributionsWhoseIdsAreNotKnownBefore"
    actions = [
      "cloudfront:CreateDistribution",
      "cloudfront:GetDistribution",
      "cloudfront:UpdateDistribution",
      "cloudfront:UpdateDistributionWithStagingConfig",
      "cloudfront:DeleteDistribution",
    ]
    resources = ["${local.cloudfront}:distribution/*"]
  }

  statement {
    sid = "PoliciesOfTrials"
    actions = [
      "cloudfront:CreateContinuousDeploymentPolicy",
      "cloudfront:UpdateContinuousDeploymentPolicy",
      "cloudfront:DeleteContinuousDeploymentPolicy",
    ]
    resources = ["${local.cloudfront}:continuous-deployment-policy/*"]
  }
}

resource "aws_iam_role_policy" "change_trials" {
  count = local.has_trials ? 1 : 0

  name   = "change-trials"
  role   = aws_iam_role.change[0].id
  policy = data.aws_iam_policy_document.change_trials[0].json
}
