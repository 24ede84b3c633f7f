using System.Collections.Immutable;
using Meshlift.Core.Configuration.Binding;

namespace Meshlift.Core.Configuration;

/// <summary>Which resources are meant. What is null is not looked at; all the rest must match.</summary>
/// <param name="Group">The API group; the empty pattern is the core group.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The name.</param>
/// <param name="Namespace">The namespace; never matches a resource that has none.</param>
/// <param name="Labels">Labels that must be there, with patterns for their values; empty for none.</param>
public sealed record ResourceSelector(Glob? Group, Glob? Kind, Glob? Name, Glob? Namespace, ImmutableSortedDictionary<string, Glob> Labels)
{
    /// <summary>True when every resource matches.</summary>
    public bool MatchesAll => Labels.IsEmpty && new[] { Group, Kind, Name, Namespace }.All(glob => glob is null or { MatchesAll: true });

    internal static Shape<ResourceSelector> Shape { get; } = Shapes.Mapping("target", "Which resources are meant; all that is given must match.", fields =>
    {
        var target = Declare(fields);
        fields.AtLeastOneOf(Keys);
        return target;
    });

    /// <summary>The keys that select.</summary>
    internal static ImmutableArray<string> Keys { get; } = ["group", "kind", "name", "namespace", "labels"];

    /// <summary>True when a resource is meant.</summary>
    /// <param name="group">Its API group; empty for the core group.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="name">Its name.</param>
    /// <param name="namespaceName">Its namespace; null when it has none.</param>
    /// <param name="label">Gives the value of one of its labels, or null.</param>
    public bool Matches(string group, string kind, string name, string? namespaceName, Func<string, string?> label) =>
        (Group?.Matches(group) ?? true)
        && (Kind?.Matches(kind) ?? true)
        && (Name?.Matches(name) ?? true)
        && (Namespace is null || namespaceName is not null && Namespace.Matches(namespaceName))
        && Labels.All(wanted => label(wanted.Key) is { } value && wanted.Value.Matches(value));

    /// <summary>Asks for the keys of a selector among those of a mapping that has more.</summary>
    internal static ResourceSelector Declare(Fields fields) => new(
        fields.Optional("group", Shapes.Glob, "the API group, without a version; `\"\"` is the core group"),
        fields.Optional("kind", Shapes.Glob, "the kind"),
        fields.Optional("name", Shapes.Glob, "the name"),
        fields.Optional("namespace", Shapes.Glob, "the namespace; resources without one never match"),
        fields.Optional("labels", Shapes.Map(Shapes.LabelKey, Shapes.Glob), "labels that must be there, with patterns for their values") ?? ImmutableSortedDictionary<string, Glob>.Empty);
}
