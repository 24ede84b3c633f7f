namespace Meshlift.Core.Classifying;

/// <summary>How a resource behaves when two revisions stand side by side.</summary>
public enum ResourceClass
{
    /// <summary>A CustomResourceDefinition: shared, must land first, is never pruned.</summary>
    Crd,
    /// <summary>Cannot stand twice and serves every revision; comes from the newest one.</summary>
    Shared,
    /// <summary>Exists once and belongs to one revision at a time.</summary>
    OnceOnly,
    /// <summary>Carries the revision in its name, or belongs to the one unrevisioned control plane.</summary>
    PerRevision,
}

/// <summary>What a once-only resource is part of; these parts are moved between revisions separately.</summary>
public enum OncePart
{
    /// <summary>Not a part that Meshlift knows.</summary>
    Other,
    /// <summary>A revision tag: its webhook or its Service.</summary>
    Tags,
    /// <summary>The validation that holds for resources of no revision.</summary>
    Validator,
    /// <summary>The Service <c>istiod</c> that stands in for a revision's own.</summary>
    Alias,
    /// <summary>The node agent.</summary>
    Cni,
    /// <summary>The ambient proxy.</summary>
    Ztunnel,
    /// <summary>A gateway of the gateway charts.</summary>
    Gateways,
}

/// <summary>The class of a resource.</summary>
/// <param name="Class">How it behaves beside another revision.</param>
/// <param name="Part">What it is part of; <see cref="OncePart.Other"/> unless it is once-only.</param>
public readonly record struct Classification(ResourceClass Class, OncePart Part = OncePart.Other);
