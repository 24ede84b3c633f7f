namespace Meshlift.Simulator.Clusters.Objects;

/// <summary>What becomes of fields that no schema knows (<c>fieldValidation</c>).</summary>
public enum FieldValidation
{
    /// <summary>They are dropped without a word.</summary>
    Ignore,

    /// <summary>They are dropped, and a warning says so.</summary>
    Warn,

    /// <summary>The write is refused.</summary>
    Strict,
}

/// <summary>How a write is made.</summary>
public sealed record WriteOptions
{
    /// <summary>As a controller of the cluster writes.</summary>
    public static WriteOptions Default { get; } = new();

    /// <summary>Who writes, in <c>managedFields</c>; null when nobody keeps account, which is faster and leaves the fields to whoever had them.</summary>
    public string? Manager { get; init; } = "kube-controller-manager";

    /// <summary>The sub-resource that is written, such as <c>status</c>; empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>Do everything but store.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Server-side apply: take fields over from other managers.</summary>
    public bool Force { get; init; }

    /// <summary>What becomes of unknown fields.</summary>
    public FieldValidation FieldValidation { get; init; }

    /// <summary>Receives warnings; null when nobody reads them.</summary>
    public IList<string>? Warnings { get; init; }

    /// <summary>Who asks, for admission; empty for the cluster itself.</summary>
    public string User { get; init; } = "";
}

/// <summary>How an object is deleted: the fields of DeleteOptions.</summary>
public sealed record DeleteOptions
{
    /// <summary>At once, dependents afterwards.</summary>
    public static DeleteOptions Default { get; } = new();

    /// <summary><c>Foreground</c>, <c>Background</c> or <c>Orphan</c>; null for the kind's own, which is Background.</summary>
    public string? Propagation { get; init; }

    /// <summary>How long a pod has to end; null for what its spec says.</summary>
    public long? GraceSeconds { get; init; }

    /// <summary>The uid that the object must have; null for any.</summary>
    public string? Uid { get; init; }

    /// <summary>The resourceVersion that the object must have; null for any.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Do everything but delete.</summary>
    public bool IsDryRun { get; init; }
}
