using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Core.Schemas;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing;

/// <summary>A definition of custom resources before and after.</summary>
internal sealed class ChangedDefinition
{
    private readonly ImmutableArray<TypeSchema> _before;
    private readonly ImmutableArray<TypeSchema> _after;
    private readonly bool _isRemoved;
    private readonly string? _problem;

    // By version, field, demand and reason: how many resources have the field.
    private readonly SortedDictionary<(string Version, string Field, string Demand, string Reason), int> _notEvaluated = [];
    private readonly Dictionary<string, HashSet<(string Field, string Rule)>> _newRules = new(StringComparer.Ordinal);

    private ChangedDefinition(ResourceDiff diff, string group, string kind)
    {
        (Identity, Group, Kind, _isRemoved) = (diff.Identity, group, kind, diff.After is null);
        try
        {
            _before = CrdSchemas.Read(diff.Before!.Root, diff.Before.Origin);
            _after = diff.After is { } after ? CrdSchemas.Read(after.Root, after.Origin) : [];
        }
        catch (UserException e)
        {
            _problem = e.Message;
        }
        if (_problem is not null || _isRemoved) return;
        foreach (var type in _after.Where(type => type.IsServed))
        {
            var old = _before.FirstOrDefault(one => one.Version == type.Version);
            HashSet<(string, string)> rules = [.. CelRules.Of(type.Root)];
            if (old is not null) rules.ExceptWith(CelRules.Of(old.Root));
            _newRules[type.Version] = rules;
            foreach (var (field, rule) in rules) _notEvaluated[(type.Version, field, rule, Unevaluated.OfCel)] = 0;
        }
    }

    /// <summary>The definition.</summary>
    public ResourceIdentity Identity { get; }

    /// <summary>The group that it defines a kind of.</summary>
    public string Group { get; }

    /// <summary>The kind that it defines.</summary>
    public string Kind { get; }

    /// <summary>The definitions of a difference that were there before and are another, or gone.</summary>
    public static IEnumerable<ChangedDefinition> Of(MeshDifference difference)
    {
        foreach (var resource in difference.Real)
        {
            if (resource.Before is not { } before || !CrdSchemas.IsCrd(before.Identity) || before.Root["spec"] is not YamlMapping spec) continue;
            if ((spec["group"] as YamlScalar)?.Value is { } group && ((spec["names"] as YamlMapping)?["kind"] as YamlScalar)?.Value is { } kind)
                yield return new ChangedDefinition(resource, group, kind);
        }
    }

    /// <summary>What would become of a resource of this kind.</summary>
    public IEnumerable<CustomResourceImpact> Judge(Resource resource)
    {
        if (_isRemoved) return [new CustomResourceImpact(resource.Identity, resource.Origin, "", IsRejected: true, "its definition is removed")];
        var version = (resource.Root["apiVersion"] as YamlScalar)?.Value.Split('/')[^1] ?? "";
        if (_problem is not null)
        {
            Count(version, "", "the whole schema", _problem);
            return [];
        }
        // A version that was not served before was refused before, too.
        if (_before.FirstOrDefault(type => type.Version == version && type.IsServed) is not { } old) return [];
        if (_after.FirstOrDefault(type => type.Version == version && type.IsServed) is not { } @new)
            return [new CustomResourceImpact(resource.Identity, Locate(resource, resource.Root["apiVersion"]?.Span?.Start), "apiVersion", IsRejected: true, $"version {version} is served no more")];
        foreach (var (field, rule) in CelRules.Reached(@new.Root, resource.Root))
            if (_newRules[version].Contains((field, rule)))
                Count(version, field, rule, Unevaluated.OfCel);
        var (before, after) = (SchemaValidator.Validate(old, resource.Root, null), SchemaValidator.Validate(@new, resource.Root, null));
        foreach (var skipped in after.Unevaluated.Except(before.Unevaluated).Where(skipped => skipped.Reason != Unevaluated.OfCel)) Count(version, skipped.Path, skipped.Demand, skipped.Reason);
        var known = before.Violations.Select(violation => (violation.Path, violation.Message)).ToHashSet();
        return
        [
            .. after.Violations.Where(violation => !known.Contains((violation.Path, violation.Message)))
                .Select(violation => new CustomResourceImpact(resource.Identity, Locate(resource, violation.Place), violation.Path, violation.Message != Violation.UnknownField, violation.Message)),
        ];
    }

    /// <summary>What is demanded in addition, and was not looked at, with the number of resources that were judged.</summary>
    public IEnumerable<UnevaluatedDemand> NotEvaluated() =>
        _notEvaluated.Select(one => new UnevaluatedDemand(Identity, one.Key.Version, one.Key.Field, one.Key.Demand, one.Key.Reason, one.Value));

    private void Count(string version, string field, string demand, string reason) =>
        _notEvaluated[(version, field, demand, reason)] = _notEvaluated.GetValueOrDefault((version, field, demand, reason)) + 1;

    private static string Locate(Resource resource, SourcePosition? place)
    {
        if (place is not { } position) return resource.Origin;
        // The origin ends in the place of the resource itself.
        var file = resource.Origin.Split(':') is [.. var name, _, _] ? string.Join(':', name) : resource.Origin;
        return $"{file}:{position}";
    }
}
