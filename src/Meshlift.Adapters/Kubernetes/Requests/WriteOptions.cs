using System.Collections.Immutable;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Yaml;

namespace Meshlift.Adapters.Kubernetes.Requests;

/// <summary>How something is written.</summary>
public sealed record WriteOptions
{
    /// <summary>As the user asks for it.</summary>
    public static WriteOptions Default { get; } = new();

    /// <summary>True to have it checked and answered, but not done.</summary>
    public bool DryRun { get; init; }

    /// <summary>Who is noted as the manager of the fields.</summary>
    public string FieldManager { get; init; } = "meshlift";

    /// <summary>A sub-resource, such as <c>status</c> or <c>scale</c>; null for the object itself.</summary>
    public string? Part { get; init; }
}

/// <summary>The forms of a patch.</summary>
public enum PatchForm
{
    /// <summary>RFC 6902: operations in order. Not sent again when it is not known what became of it.</summary>
    Json,
    /// <summary>RFC 7386: what is there replaces what was; null removes.</summary>
    Merge,
    /// <summary>As merge, with lists matched by their keys; for the kinds of Kubernetes itself, not for custom resources.</summary>
    Strategic,
}

/// <summary>What becomes of objects that belong to one that is deleted.</summary>
public enum Propagation
{
    /// <summary>What the kind does by itself.</summary>
    Usual,
    /// <summary>They are deleted later.</summary>
    Background,
    /// <summary>They are deleted before it.</summary>
    Foreground,
    /// <summary>They stay.</summary>
    Orphan,
}

/// <summary>How an object is deleted.</summary>
public sealed record DeleteOptions
{
    /// <summary>Deletes only the object of this identity; null: whichever has the name.</summary>
    public string? Uid { get; init; }

    /// <summary>Deletes only this state of the object; null: any.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>What becomes of the objects that belong to it.</summary>
    public Propagation Propagation { get; init; } = Propagation.Usual;

    /// <summary>How long it may take to end; null: what it says itself.</summary>
    public TimeSpan? Grace { get; init; }

    /// <summary>True to have it checked, but not done.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What became of a server-side apply. The set is closed.</summary>
public abstract record ApplyResult
{
    private ApplyResult() { }

    /// <summary>It was done, or with a dry run it would be.</summary>
    /// <param name="Object">The object as it is then.</param>
    public sealed record Applied(YamlMapping Object) : ApplyResult;

    /// <summary>Others hold fields that it would change; nothing was done.</summary>
    /// <param name="Conflicts">Which fields, and who.</param>
    public sealed record Conflicted(ImmutableArray<ApplyConflict> Conflicts) : ApplyResult;
}

/// <summary>What became of an eviction. The set is closed.</summary>
public abstract record EvictionResult
{
    private EvictionResult() { }

    /// <summary>The pod ends.</summary>
    public sealed record Evicted : EvictionResult;

    /// <summary>There is no such pod.</summary>
    public sealed record Gone : EvictionResult;

    /// <summary>A disruption budget holds it back.</summary>
    /// <param name="Reason">What the API says.</param>
    /// <param name="RetryAfter">When to ask again; null when it does not say.</param>
    public sealed record Blocked(string Reason, TimeSpan? RetryAfter) : EvictionResult;
}
