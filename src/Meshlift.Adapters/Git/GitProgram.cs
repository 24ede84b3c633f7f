using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Meshlift.Adapters.Processes;
using Meshlift.Core;

namespace Meshlift.Adapters.Git;

/// <summary>
/// The <c>git</c> program, 2.30 or newer. It never asks anything, runs no hooks, takes no optional locks, starts no maintenance, and does not see
/// GIT_DIR, GIT_WORK_TREE or GIT_INDEX_FILE of the caller.
/// </summary>
public sealed partial class GitProgram
{
    private const string HowToGet = "install git 2.30 or newer";
    private static readonly Version Oldest = new(2, 30);

    // The user's own configuration by environment, identity and access to remotes; nothing that says where a repository is.
    private static readonly string[] Passed = ["GIT_ASKPASS", "GIT_CONFIG_", "GIT_SSL_", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"];

    private static readonly ImmutableArray<string> Quietly =
    [
        "--literal-pathspecs",
        .. Settings(
            "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.quotePath=false", "gc.auto=0", "maintenance.auto=false", "color.ui=false"),
    ];

    private readonly ExternalProgram _program;
    private readonly ImmutableDictionary<string, string> _variables;
    private Task? _versionCheck;

    /// <summary>The git of this system.</summary>
    /// <param name="time">The clock of time limits and commit dates.</param>
    /// <param name="surroundings">The caller's environment variables; null: those of this process.</param>
    public GitProgram(TimeProvider time, IReadOnlyDictionary<string, string>? surroundings = null)
    {
        surroundings ??= CleanEnvironment.OfThisProcess();
        Time = time;
        Surroundings = surroundings;
        _program = new ExternalProgram("git", HowToGet, time, surroundings);
        _variables = surroundings.Where(variable => Passed.Any(name => variable.Key.StartsWith(name, StringComparison.Ordinal))).ToImmutableDictionary()
            .SetItem("GIT_TERMINAL_PROMPT", "0")
            .SetItem("GCM_INTERACTIVE", "never")
            .SetItem("GIT_OPTIONAL_LOCKS", "0")
            .SetItem("GIT_LFS_SKIP_SMUDGE", "1");
    }

    internal TimeProvider Time { get; }

    internal IReadOnlyDictionary<string, string> Surroundings { get; }

    /// <summary>Runs git in a folder. Any exit code is an answer.</summary>
    internal async Task<ProgramOutput> TryAsync(GitCall call, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        await (_versionCheck ??= CheckVersionAsync(call.Folder));
        return await _program.RunAsync(
            new ProgramCall(call.Folder, [.. Quietly, .. call.Settings, .. call.Arguments])
            {
                Shown = call.Arguments,
                Variables = _variables.SetItems(call.Variables),
                Input = call.Input,
                LargestErrorOutput = 32 * 1024 * 1024, // what git apply cannot find, it prints
                TimeLimit = call.Remote ? TimeSpan.FromMinutes(10) : TimeSpan.FromMinutes(2),
            },
            cancel);
    }

    /// <summary>Runs git in a folder and gives what it printed, without the last line break.</summary>
    /// <exception cref="UserException">Git failed.</exception>
    internal async Task<string> RunAsync(GitCall call, CancellationToken cancel)
    {
        var output = await TryAsync(call, cancel);
        if (output.ExitCode != 0) throw output.Failure(call.Remedy);
        return output.OutputText is [.. var text, '\n'] ? text : output.OutputText;
    }

    /// <summary><c>-c</c> options.</summary>
    internal static ImmutableArray<string> Settings(params string[] settings) => [.. settings.SelectMany(setting => (string[])["-c", setting])];

    private async Task CheckVersionAsync(string folder)
    {
        var output = await _program.RunAsync(new ProgramCall(folder, ["version"]) { Variables = _variables }, CancellationToken.None);
        if (output.ExitCode != 0) throw output.Failure(HowToGet);
        var number = VersionNumber().Match(output.OutputText);
        if (!number.Success) throw new UserException(ErrorKind.Environment, $"'git version' answered '{output.OutputText.Trim()}'", HowToGet);
        var version = new Version(int.Parse(number.Groups["major"].ValueSpan, CultureInfo.InvariantCulture), int.Parse(number.Groups["minor"].ValueSpan, CultureInfo.InvariantCulture));
        if (version < Oldest) throw new UserException(ErrorKind.Environment, $"git {version} is too old", HowToGet);
    }

    [GeneratedRegex("^git version (?<major>[0-9]{1,4})\\.(?<minor>[0-9]{1,4})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionNumber();
}

/// <summary>One run of git.</summary>
/// <param name="Folder">The folder where it runs.</param>
/// <param name="Arguments">The command and its arguments.</param>
internal sealed record GitCall(string Folder, params ImmutableArray<string> Arguments)
{
    /// <summary><c>-c</c> options for this run.</summary>
    public ImmutableArray<string> Settings { get; init; } = [];

    /// <summary>What git reads.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>Variables for this run.</summary>
    public ImmutableDictionary<string, string> Variables { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The run talks to another machine and may take longer.</summary>
    public bool Remote { get; init; }

    /// <summary>What to do when it fails.</summary>
    public string Remedy { get; init; } = "see what Git says above; 'git status' and 'git fsck' tell more about the repository";
}
