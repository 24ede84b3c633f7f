using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Manifests;
using Meshlift.Core;
using Meshlift.Core.Findings;
using Meshlift.Core.Versions;

namespace Meshlift.Adapters.Istioctl;

/// <summary>What <c>istioctl manifest generate</c> printed.</summary>
/// <param name="Stream">The manifests.</param>
/// <param name="Findings">What istioctl said beside, if anything.</param>
public sealed record IstioctlRendering(ManifestBytes Stream, ImmutableArray<Finding> Findings);

/// <summary>What the renderer <c>istioctl</c> runs: <c>istioctl manifest generate</c> with the user's IstioOperator files, one after the other, and the revision.</summary>
/// <remarks>
/// What the command leaves out (tags, the default validator, namespaces) is not here either. Paths in the files, such as <c>installPackagePath</c>, start
/// from the root.
/// </remarks>
/// <param name="program">The istioctl of the version.</param>
/// <param name="root">The folder that the files' paths start from.</param>
public sealed partial class ManifestGenerate(IstioctlProgram program, string root)
{
    private const int LargestOperator = 4 << 20;
    private const int MostLines = 20;

    /// <summary>Reads the input, before a program is looked for or fetched.</summary>
    /// <param name="root">The folder that the files' paths start from.</param>
    /// <param name="operators">The IstioOperator files, relative to the root, in order: maps are merged, and of lists the last one stands (1.24 and later).</param>
    /// <param name="version">The version.</param>
    /// <param name="revision">The revision.</param>
    /// <exception cref="UserException">A file is missing or wrong, or istioctl would misread the revision.</exception>
    public static ImmutableArray<OperatorFile> Read(string root, IEnumerable<string> operators, IstioVersion version, RevisionName revision)
    {
        // istioctl reads what stands behind '--set' as a number or a truth value where it can, and its charts then refuse it or change it.
        if (!revision.IsDefault && NoText().IsMatch(revision.Value))
            throw new UserException(ErrorKind.Input, $"istioctl takes the revision '{revision}' for a number or a truth value", "let spec.istio.revision give names such as 1-30-3 or istio130");
        return
        [
            .. operators.Select(name => Path.Exists(Path.Combine(root, name))
                ? OperatorFile.Read(BoundedFile.Read(Path.Combine(root, name), LargestOperator), name, version, revision)
                : throw new UserException(ErrorKind.Input, $"there is no {name}", "write the IstioOperator there, or name the right file in spec.istio.operator")),
        ];
    }

    /// <summary>Renders a version.</summary>
    /// <param name="version">The version, that of the program.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="files">The input.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">istioctl refuses; the message holds what it said.</exception>
    public async Task<IstioctlRendering> RenderAsync(IstioVersion version, RevisionName revision, ImmutableArray<OperatorFile> files, CancellationToken cancel)
    {
        ImmutableArray<string> operators = [.. files.Select(file => file.Name)];
        var home = Directory.CreateTempSubdirectory("meshlift-istioctl-");
        try
        {
            var copies = files.Select((file, i) => Copy(file, i + 1, home.FullName)).ToImmutableArray();
            var output = await program.RunAsync(root, home.FullName, Arguments(copies, revision), cancel);
            if (output.ExitCode != 0) throw output.Failure($"correct {(files.Length == 0 ? "the configuration" : string.Join(", ", operators))}; to try by hand: istioctl manifest generate{string.Concat(operators.Select(name => $" -f {name}"))}");
            return new IstioctlRendering(new ManifestBytes($"istioctl-{version}", output.Output), Said(output.ErrorText, operators));
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    private static ImmutableArray<string> Arguments(ImmutableArray<string> files, RevisionName revision) =>
    [
        "manifest", "generate",
        .. files.SelectMany(file => (string[])["-f", Csv(file)]),
        .. revision.IsDefault ? (string[])[] : ["--set", $"revision={revision}"],
    ];

    // The flag takes a list of paths, read as a line of CSV.
    private static string Csv(string path) => path.AsSpan().ContainsAny(',', '"') ? $"\"{path.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : path;

    private static string Copy(OperatorFile file, int number, string folder)
    {
        // Numbered, since two files may have one name; named, since istioctl's messages hold it.
        var copy = Path.Combine(folder, number.ToString(System.Globalization.CultureInfo.InvariantCulture), Path.GetFileName(file.Name));
        BoundedFile.Write(copy, file.Document);
        return copy;
    }

    private static ImmutableArray<Finding> Said(string text, ImmutableArray<string> operators)
    {
        var lines = text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).ToList();
        if (lines.Count > MostLines) lines = [.. lines.Take(MostLines), $"... and {lines.Count - MostLines} more lines"];
        return [.. lines.Select(line => new Finding("ML1023", Severity.Warning, $"istioctl says: {line}", string.Join(", ", operators)))];
    }

    // What Go's strconv reads as an integer, a floating-point number or a truth value, among names that are DNS labels.
    [GeneratedRegex("^([0-9]+(e-?[0-9]+)?|0x[0-9a-f]+p-?[0-9]+|inf|infinity|nan|t|true|f|false)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NoText();
}
