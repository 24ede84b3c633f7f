namespace Meshlift.CommandLine;

/// <summary>What a command's exit code says. The numbers are API.</summary>
internal enum ExitCode
{
    /// <summary>Done, or nothing found.</summary>
    Done = 0,
    /// <summary>Differences, violations or drift were found.</summary>
    Finding = 1,
    /// <summary>The arguments, the configuration or the manifests are wrong.</summary>
    Usage = 2,
    /// <summary>Network, Git, files, a cluster or a missing program.</summary>
    Environment = 3,
    /// <summary>A rule or a gate says no.</summary>
    Refused = 4,
    /// <summary>Interrupted.</summary>
    Interrupted = 130,
}
