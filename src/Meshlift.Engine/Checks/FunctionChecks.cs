using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Adapters.Functions;
using Meshlift.Adapters.Processes;
using Meshlift.Core;
using Meshlift.Core.Checks;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Functions;
using Meshlift.Core.Manifests;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Checks;

/// <summary>Runs the functions of <c>spec.checks.functions</c>.</summary>
/// <param name="program">Runs programs.</param>
public sealed class FunctionChecks(FunctionProgram program)
{
    // A function that needs more at once is given less of the files, or less of the kinds.
    private const long LargestInput = 64L << 20;

    /// <summary>What each function found. One that fails stops none of the others.</summary>
    /// <param name="request">What is checked.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">A path does not exist.</exception>
    public async Task<ImmutableArray<OutsideVerdict>> RunAsync(CheckRequest request, CancellationToken cancel)
    {
        if (request.Mesh is not { Mesh.Spec.Checks.Functions: { IsEmpty: false } functions } mesh) return [];
        var files = CheckFiles.Find(request.Paths, mesh).Checked;
        var verdicts = ImmutableArray.CreateBuilder<OutsideVerdict>(functions.Length);
        for (var i = 0; i < functions.Length; i++) verdicts.Add(await RunAsync(functions[i], Place(mesh, i), mesh, files, cancel));
        return verdicts.DrainToImmutable();
    }

    private async Task<OutsideVerdict> RunAsync(CheckFunctionSpec function, (string File, int Line, int Column) setting, MeshFolder mesh, ImmutableArray<CheckedFile> files, CancellationToken cancel)
    {
        var rule = new RuleInfo(function.Name, function.Name, Severity.Error, $"what {function.Exec} finds");
        try
        {
            var check = new FunctionCheck(Items(function, rule, files, cancel), rule, setting);
            var input = check.Input(function.Config);
            var output = await program.RunAsync(mesh.Root, function.Exec, function.Arguments, input, function.Timeout, check.Name, cancel);
            // Functions that find errors may end with another code than 0; what they say still counts.
            if (output.ExitCode != 0 && (output.Output.IsEmpty || !HasErrors(check, output))) throw output.Failure($"run {function.Exec} by hand to see what is wrong; docs/check.md says what it reads and writes");
            return new OutsideVerdict(rule, check.Findings(output.Output));
        }
        catch (UserException e)
        {
            return new OutsideVerdict(rule, [], "the function failed", e);
        }
    }

    private static bool HasErrors(FunctionCheck check, ProgramOutput output)
    {
        try
        {
            return check.Findings(output.Output).Any(finding => finding.Rule.Severity == Severity.Error);
        }
        catch (UserException)
        {
            return false;
        }
    }

    private static ImmutableArray<CheckedResource> Items(CheckFunctionSpec function, RuleInfo rule, ImmutableArray<CheckedFile> files, CancellationToken cancel)
    {
        var wanted = function.Paths.IsEmpty ? files : [.. files.Where(file => file.BelowMesh is { } path && PathGlob.Matches(function.Paths, path))];
        var items = ImmutableArray.CreateBuilder<CheckedResource>();
        var bytes = 0L;
        foreach (var (_, document, resources) in CheckedDocuments.Of(wanted, cancel))
        {
            var matching = resources.Where(one => function.Target?.Matches(one.Resource) != false).ToList();
            if (matching.Count == 0) continue;
            if ((bytes += document.Utf8.Length) > LargestInput)
                throw new UserException(ErrorKind.Input, $"the function '{rule.Name}' would be given more than {LargestInput >> 20} MiB", "give it less with 'paths' or 'target'");
            items.AddRange(matching);
        }
        return items.DrainToImmutable();
    }

    private static (string File, int Line, int Column) Place(MeshFolder mesh, int index)
    {
        var parts = mesh.Mesh.Source.Where(string.Create(CultureInfo.InvariantCulture, $"spec.checks.functions[{index}]")).Split(':');
        return (string.Join(':', parts[..^2]), int.Parse(parts[^2], CultureInfo.InvariantCulture), int.Parse(parts[^1], CultureInfo.InvariantCulture));
    }
}
