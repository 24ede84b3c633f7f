using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Meshlift.Core;
using Meshlift.Core.Patching;

namespace Meshlift.Adapters.Git;

/// <summary>Applies patches to a folder of files with <c>git apply</c>, outside of any repository.</summary>
/// <param name="git">The program.</param>
public sealed partial class GitApply(GitProgram git)
{
    private const int LargestFile = 32 * 1024 * 1024;

    /// <summary>Applies a patch, all of it or nothing.</summary>
    /// <param name="folder">The folder, usually a temporary one; <c>a/</c> and <c>b/</c> in the patch stand for it. A repository around it does not matter.</param>
    /// <param name="name">The patch's name, for messages.</param>
    /// <param name="patch">
    /// The patch. When each of its lines ends in <c>\r\n</c>, and the files' lines do not, it is taken as one that a checkout has converted.
    /// </param>
    /// <param name="cancel">Gives up; the folder may then hold a part of the patch.</param>
    /// <exception cref="UserException">
    /// The patch is broken, binary, empty, makes links or leaves the folder, and nothing was changed; or git reads it otherwise than we do, and the folder is to be thrown away.
    /// </exception>
    public async Task<PatchOutcome> ApplyAsync(string folder, string name, ReadOnlyMemory<byte> patch, CancellationToken cancel)
    {
        var unix = UnifiedDiff.WithoutCheckoutLineBreaks(patch);
        var diff = UnifiedDiff.Parse(name, unix.Span);
        PatchRules.Check(name, diff);
        if (unix.Length != patch.Length && diff.Files.Any(file => file.OldPath is { } path && HasCarriageReturns(Path.Combine(folder, path)))) unix = patch;
        return await ApplyAsync(folder, name, diff, unix, cancel);
    }

    /// <summary>Applies a part of a patch, all of it or nothing. The outcome names hunks and lines of the patch that it is a part of.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The patch's name, for messages.</param>
    /// <param name="part">The part; at least one file.</param>
    /// <param name="cancel">Gives up; the folder may then hold a part of the part.</param>
    /// <exception cref="UserException">As for a whole patch.</exception>
    public Task<PatchOutcome> ApplyAsync(string folder, string name, UnifiedDiff part, CancellationToken cancel)
    {
        PatchRules.Check(name, part);
        return ApplyAsync(folder, name, part, part.ToBytes(), cancel);
    }

    private async Task<PatchOutcome> ApplyAsync(string folder, string name, UnifiedDiff diff, ReadOnlyMemory<byte> unix, CancellationToken cancel)
    {
        var applied = await git.TryAsync(Call(folder, unix, "apply", "--verbose", "--whitespace=nowarn", "-p1", "-"), cancel);
        var report = applied.ErrorText.Split('\n');
        if (report.Count(line => line.StartsWith("Checking patch ", StringComparison.Ordinal)) is var seen && seen != diff.Files.Length && applied.ExitCode == 0)
            throw new UserException(ErrorKind.Input, $"{name}: git finds {seen} files in this patch, Meshlift {diff.Files.Length}", "write the patch again with 'git diff'");
        if (applied.ExitCode == 0) return new PatchOutcome.Applied([.. diff.Files.Select(file => file.Path)], Read(folder, diff, report).Offsets);

        // Git stops at the first failure, with nothing written. A rehearsal with --reject goes through all hunks, and writes nothing either.
        var rehearsed = await git.TryAsync(Call(folder, unix, "apply", "--check", "--reject", "--verbose", "--whitespace=nowarn", "-p1", "-"), cancel);
        var failures = Read(folder, diff, rehearsed.ErrorText.Split('\n')).Failures;
        if (!failures.IsEmpty) return new PatchOutcome.Failed(failures);
        throw rehearsed.ErrorText.Contains("error: ", StringComparison.Ordinal)
            ? new UserException(ErrorKind.Input, $"{name}: git does not take this patch: {rehearsed.ErrorText}", "write the patch again with 'git diff'")
            : applied.Failure($"the patch {name} fits, but could not be written; see what Git says above");
    }

    // A repository is looked for neither in the folder nor above it, and no configuration or attributes of the user's change what is written.
    internal static GitCall Call(string folder, ReadOnlyMemory<byte> patch, params ImmutableArray<string> arguments) =>
        new(folder, arguments)
        {
            Settings = [.. GitChange.ExactContent, .. GitProgram.Settings("core.attributesFile=/dev/null", "apply.whitespace=nowarn", "apply.ignoreWhitespace=no")],
            Input = patch,
            Variables = ImmutableDictionary<string, string>.Empty
                .Add("GIT_DIR", Path.Combine(folder, ".no-repository"))
                .Add("GIT_CEILING_DIRECTORIES", Path.GetDirectoryName(RealPath.Of(folder)) ?? folder)
                .Add("GIT_CONFIG_NOSYSTEM", "1")
                .Add("GIT_CONFIG_GLOBAL", "/dev/null")
                .Add("GIT_CONFIG_COUNT", "0")
                .Add("GIT_ATTR_NOSYSTEM", "1"),
        };

    // What git says is in the order of the patch: for each file "Checking patch", then what there is to say about its hunks.
    private static (ImmutableArray<HunkOffset> Offsets, ImmutableArray<PatchFailure> Failures) Read(string folder, UnifiedDiff diff, string[] report)
    {
        var offsets = ImmutableArray.CreateBuilder<HunkOffset>();
        var failures = ImmutableArray.CreateBuilder<PatchFailure>();
        var number = -1;
        foreach (var line in report)
        {
            if (line.StartsWith("Checking patch ", StringComparison.Ordinal)) number++;
            if (number < 0 || number >= diff.Files.Length) continue;
            var file = diff.Files[number];
            if (Shifted().Match(line) is { Success: true } shifted && Number(shifted, "hunk") is var nth && nth <= file.Hunks.Length)
            {
                offsets.Add(new HunkOffset(file.Path, file.Hunks[nth - 1].Number, file.Hunks[nth - 1].PatchLine, Number(shifted, "line"), Number(shifted, "offset")));
            }
            else if (Failed().Match(line) is { Success: true } failed && file.Hunks.FirstOrDefault(hunk => hunk.OldStart == Number(failed, "line")) is { } hunk)
            {
                if (!failures.Any(failure => failure.PatchLine == hunk.PatchLine)) failures.Add(Failure(folder, file, hunk));
            }
            else if (Whole(line) is { } reason && !failures.Any(failure => failure.PatchLine >= file.PatchLine))
            {
                failures.Add(new PatchFailure(file.OldPath ?? file.Path, file.PatchLine, reason));
            }
        }
        return (offsets.ToImmutable(), failures.ToImmutable());
    }

    private static PatchFailure Failure(string folder, FileDiff file, Hunk hunk)
    {
        var path = file.OldPath ?? file.Path;
        const string Reason = "does not fit";
        if (new FileInfo(Path.Combine(folder, path)) is not { Exists: true, Length: <= LargestFile } target) return new PatchFailure(path, hunk.PatchLine, Reason, hunk.Number, hunk.OldStart);
        var lines = File.ReadAllText(target.FullName, Encoding.UTF8).Split('\n');
        if (lines[^1].Length == 0) lines = lines[..^1];
        return new PatchFailure(path, hunk.PatchLine, Reason, hunk.Number, hunk.OldStart, NearestLines.Find(hunk.Expected, lines, hunk.OldStart));
    }

    // Why a whole file fails; null for what the hunks tell better, and for lines that are no errors.
    private static string? Whole(string error) => error switch
    {
        _ when !error.StartsWith("error: ", StringComparison.Ordinal) => null,
        _ when error.EndsWith(": No such file or directory", StringComparison.Ordinal) => "the file is not there",
        _ when error.EndsWith(": already exists in working directory", StringComparison.Ordinal) => "the file is there already",
        _ when error.EndsWith(": wrong type", StringComparison.Ordinal) => "it is not a file",
        _ when error.EndsWith("removal patch leaves file contents", StringComparison.Ordinal) => "the file holds more than the patch deletes",
        _ when error.EndsWith(" is beyond a symbolic link", StringComparison.Ordinal) => "it lies behind a symbolic link",
        _ => null,
    };

    private static bool HasCarriageReturns(string path) =>
        new FileInfo(path) is { Exists: true, Length: <= LargestFile } && File.ReadAllBytes(path).AsSpan().IndexOf("\r\n"u8) >= 0;

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex("^Hunk #(?<hunk>[0-9]{1,9}) succeeded at (?<line>[0-9]{1,9}) \\(offset (?<offset>-?[0-9]{1,9}) lines?\\)\\.$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Shifted();

    [GeneratedRegex("^error: patch failed: .*:(?<line>[0-9]{1,9})$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Failed();
}
