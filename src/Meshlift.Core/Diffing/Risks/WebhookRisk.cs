using Meshlift.Yaml;

namespace Meshlift.Core.Diffing.Risks;

/// <summary>Admission: who is asked about what, and what happens when nobody answers.</summary>
internal static class WebhookRisk
{
    public static Judged Of(Change change)
    {
        var place = change.Path.Place;
        if (place == "webhooks/*")
            return change.Kind == DiffKind.Removed ? new(DiffRisk.High, "a webhook is gone: what it selected is not handled by it any more") : new(DiffRisk.High, "a new webhook");
        var field = place.Split('/') is ["webhooks", "*", var name, ..] ? name : place.Split('/') is ["spec", var inner, ..] ? inner : "";
        return field switch
        {
            "failurePolicy" => change.After is YamlScalar { Value: "Ignore" }
                ? new(DiffRisk.High, "failure policy: what the webhook should see passes without it while it cannot be reached")
                : new(DiffRisk.High, "failure policy: requests are refused while the webhook cannot be reached"),
            "namespaceSelector" or "objectSelector" or "matchConditions" or "matchPolicy" or "matchConstraints" or "matchResources" => new(DiffRisk.High, $"admission scope: {field} selects other objects"),
            "rules" => new(DiffRisk.High, "admission scope: other requests are sent to the webhook"),
            "validations" or "policyName" or "validationActions" => new(DiffRisk.High, "the policy refuses other requests"),
            "clientConfig" when place.EndsWith("/caBundle", StringComparison.Ordinal) => new(DiffRisk.Low, "filled in by istiod"),
            "clientConfig" => new(DiffRisk.High, "requests are sent elsewhere"),
            "reinvocationPolicy" or "sideEffects" or "timeoutSeconds" or "admissionReviewVersions" => new(DiffRisk.Medium, $"{field} of a webhook"),
            _ => new(DiffRisk.Low, ""),
        };
    }
}
