namespace Meshlift.Core.Knowledge;

/// <summary>Whether a version of Istio still gets fixes.</summary>
public enum SupportState
{
    /// <summary>Its minor does.</summary>
    Supported,
    /// <summary>Its minor does no longer: known security bulletins do not even list it.</summary>
    Ended,
    /// <summary>A pre-release never does.</summary>
    Prerelease,
    /// <summary>What is known is too old to tell.</summary>
    Unknown,
}

/// <summary>Whether a version of Istio still gets fixes, and until when.</summary>
/// <param name="State">Whether it does.</param>
/// <param name="Until">The last day; null when it is not known.</param>
/// <param name="Text">The same for people: <c>until 2026-10-12</c>, <c>ended 2026-07-01</c>, <c>until 6 weeks after 1.32.0</c>.</param>
public sealed record Support(SupportState State, DateOnly? Until, string Text);
