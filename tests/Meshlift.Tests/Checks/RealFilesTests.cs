using System.Text.RegularExpressions;
using Meshlift.Engine.Checks;

namespace Meshlift.Tests.Checks;

/// <summary>What Istio publishes has no finding but those that are right, each of which was read.</summary>
public sealed class RealFilesTests
{
    private static readonly (string Code, string Files, int Count, string Why)[] Right =
    [
        ("ML1102", "samples/apps/", 50, "alternatives of one sample stand side by side"),
        ("ML1110", "(goldens|manifests)/", 84, "charts render these fields for an installation by Helm, and istiod writes them"),
        ("ML1111", "(goldens|manifests|samples)/", 133, "1.30 is published on a host that goes"),
        ("ML1114", "goldens/.*/pilot_override_kubernetes", 3, "an overlay points one webhook at another Service"),
        ("ML1114", "samples/analyze/", 1, "IST0139"),
        ("ML1115", "samples/analyze/", 1, "IST0139"),
        ("ML2004", "samples/analyze/", 2, "IST0101"),
        ("ML3002", "(crds/1.9.9|goldens/1.(9.9|11.8)|manifests/1.(9.9|10.6|11.8)|samples/apps/1.11.8)", 85, "of the time of Kubernetes 1.16 to 1.24"),
        ("ML3003", "samples/analyze/", 1, "IST0108"),
        ("ML3006", "samples/", 164, "samples bound no memory"),
        ("ML3009", "samples/", 20, "images without a version"),
        ("ML3018", "samples/analyze/1.30.3/testdata/misannotated", 2, "Services without pods, in a file about annotations"),
        ("ML3022", "samples/", 12, "certificates and passwords of samples"),
        ("ML4001", "samples/analyze/", 4, "IST0123"),
    ];

    [IstioDataFact]
    public void Real_files_have_no_finding_that_is_not_right()
    {
        var found = new List<string>();
        foreach (var group in IstioData.YamlFiles.Where(IsManifest).GroupBy(Together, StringComparer.Ordinal))
        {
            var result = CheckRun.Run(new CheckRequest([.. group.Select(file => Path.Combine(IstioData.Folder!, file))], null, [], null), default);
            found.AddRange(result.Findings.Select(finding => $"{finding.Rule.Code} {finding.File[(IstioData.Folder!.Length + 1)..]}:{finding.Line} {finding.Subject} {finding.Path}: {finding.Message}"));
        }
        var wrong = new List<string>();
        foreach (var (code, files, count, why) in Right)
        {
            var pattern = new Regex($"^{code} {files}", RegexOptions.NonBacktracking);
            var right = found.RemoveAll(pattern.IsMatch);
            if (right != count) wrong.Add($"{code} {files}: {right} findings, not {count} ({why})");
        }
        Assert.True(wrong.Count + found.Count == 0, string.Join('\n', wrong.Concat(found)));
    }

    // Traps are streams that are wrong on purpose.
    private static bool IsManifest(string file) => !file.StartsWith("traps/", StringComparison.Ordinal);

    /// <summary>A sample application is applied as a whole; everything else is a file of its own.</summary>
    private static string Together(string file) => file.StartsWith("samples/apps/", StringComparison.Ordinal) ? string.Join('/', file.Split('/')[..4]) : file;
}
