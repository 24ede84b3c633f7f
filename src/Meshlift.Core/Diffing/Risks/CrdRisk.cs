using System.Globalization;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing.Risks;

/// <summary>What a change of a definition means for the resources that stand.</summary>
internal static class CrdRisk
{
    private const string Schema = "/openAPIV3Schema/";

    public static Judged Of(Change change, ResourceDiff definition)
    {
        var place = change.Path.Place;
        if (place == "spec/versions/*") return Version(change);
        if (place.EndsWith("versions/*/storage", StringComparison.Ordinal)) return new(DiffRisk.High, "another version is stored: what is stored must be migrated before the old one can go");
        if (place.EndsWith("versions/*/served", StringComparison.Ordinal))
            return change.After is YamlScalar { Value: "true" } ? new(DiffRisk.Low, "one more version is served") : new(DiffRisk.High, "the version is served no more: resources and clients that use it fail");
        if (place is "spec/scope" or "spec/group" || place.StartsWith("spec/names/", StringComparison.Ordinal) && !place.Contains("/categories", StringComparison.Ordinal) && !place.Contains("/shortNames", StringComparison.Ordinal))
            return new(DiffRisk.High, "Kubernetes refuses to change what a definition is called");
        if (place.StartsWith("spec/conversion", StringComparison.Ordinal)) return new(DiffRisk.High, "the conversion between versions changes");
        if (place.StartsWith("spec/validation", StringComparison.Ordinal) || place.Contains(Schema, StringComparison.Ordinal)) return NewFieldOf(change, definition) is { } field ? new(DiffRisk.Low, $"about the new field '{field}' alone, which nothing that stands can have") : Validation(change, place);
        if (place.EndsWith("/preserveUnknownFields", StringComparison.Ordinal) && change.After is not YamlScalar { Value: "true" })
            return new(DiffRisk.High, "fields that the schema does not name are dropped");
        return new(DiffRisk.Low, "");
    }

    /// <summary>
    /// The new field that a new branch of a combination asks for. Where no other field is asked for, a resource that was stored under the old schema fits into
    /// it neither within <c>not</c> nor outside: the field would have been dropped.
    /// </summary>
    private static string? NewFieldOf(Change change, ResourceDiff definition)
    {
        if (change is not { Kind: DiffKind.Added, After: YamlMapping { Entries: [{ Key: "required", Value: YamlSequence { Items: [YamlScalar { Value: var field }] } }] } }) return null;
        var steps = change.Path.Steps;
        var junctor = steps.TakeWhile(step => step is not DiffStep.Key("oneOf" or "anyOf" or "allOf" or "not")).Count();
        if (junctor == steps.Length) return null;
        return definition.Changes.Any(other => other.Kind == DiffKind.Added && other.Path.Steps.Length == junctor + 2
            && other.Path.Steps[junctor] is DiffStep.Key("properties") && other.Path.Steps[junctor + 1] is DiffStep.Key(var name) && name == field
            && other.Path.Steps.Take(junctor).SequenceEqual(steps.Take(junctor))) ? field : null;
    }

    private static Judged Version(Change change) => change.Kind == DiffKind.Removed
        ? new(DiffRisk.High, "the version is gone: resources and clients that use it fail")
        : new(DiffRisk.Low, "one more version");

    private static Judged Validation(Change change, string place)
    {
        var parts = place.Split('/');
        var last = parts[^1];
        var parent = parts.Length > 1 ? parts[^2] : "";
        if (parent == "properties")
            return change.Kind == DiffKind.Removed ? new(DiffRisk.High, $"the field '{last}' is gone: it is dropped from resources that have it")
                : change.Kind == DiffKind.Added ? new(DiffRisk.Low, $"a new field '{last}'") : new(DiffRisk.Medium, $"the field '{last}' is another");
        var keyword = last == "*" ? parent : last;
        return keyword switch
        {
            "required" => Listed(change, tightens: DiffKind.Added, "a field is required that was not", "a field is required no more"),
            "enum" when last == "*" => Listed(change, tightens: DiffKind.Removed, $"the value {RiskRules.Shown(change.Before)} is refused", "one more value is allowed"),
            "maxLength" or "maximum" or "maxItems" or "maxProperties" => Limit(change, keyword, isUpper: true),
            "minLength" or "minimum" or "minItems" or "minProperties" => Limit(change, keyword, isUpper: false),
            "nullable" or "x-kubernetes-preserve-unknown-fields" or "x-kubernetes-int-or-string" => change.After is YamlScalar { Value: "true" }
                ? new(DiffRisk.Low, $"less strict: {keyword}")
                : new(DiffRisk.High, $"validation is tightened: {keyword} no more"),
            "default" => new(DiffRisk.Medium, "resources that leave the field out get another value"),
            "message" or "title" or "example" or "externalDocs" => new(DiffRisk.Low, ""),
            _ when change.Kind == DiffKind.Removed => new(DiffRisk.Low, $"validation is loosened: no {keyword}"),
            _ => new(DiffRisk.High, change.Kind == DiffKind.Added ? $"validation is tightened: {keyword}" : $"validation may be tightened: another {keyword}"),
        };
    }

    private static Judged Listed(Change change, DiffKind tightens, string tightened, string loosened) =>
        change.Kind == tightens || change.Kind == DiffKind.Changed ? new(DiffRisk.High, $"validation is tightened: {tightened}") : new(DiffRisk.Low, loosened);

    private static Judged Limit(Change change, string keyword, bool isUpper)
    {
        if (change.Kind == DiffKind.Removed) return new(DiffRisk.Low, $"validation is loosened: no {keyword}");
        var (old, @new) = (Number(change.Before), Number(change.After));
        return old is not null && @new is not null && (isUpper ? @new >= old : @new <= old)
            ? new(DiffRisk.Low, $"validation is loosened: {keyword}")
            : new(DiffRisk.High, $"validation is tightened: {keyword} {RiskRules.Shown(change.After)}");
    }

    private static double? Number(YamlNode? node) => node is YamlScalar scalar && double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
