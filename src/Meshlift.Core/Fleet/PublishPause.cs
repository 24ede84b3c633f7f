namespace Meshlift.Core.Fleet;

/// <summary>How long changes are collected before they are told: those that come together are told together.</summary>
public static class PublishPause
{
    // What one write sets off arrives within this time, and nobody sees it.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>The pause after a change: short after a quiet time; in a stream of changes, so long that they are told five times a second.</summary>
    /// <param name="quiet">The time since they were told last.</param>
    public static TimeSpan After(TimeSpan quiet) => Interval - quiet is var rest && rest > Shortest ? rest : Shortest;
}
