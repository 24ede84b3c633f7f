using System.Collections.Immutable;
using Meshlift.Adapters.Processes;
using Meshlift.Core;
using Meshlift.Core.Checks;

namespace Meshlift.Adapters.Istioctl;

/// <summary><c>istioctl analyze</c> and <c>istioctl validate</c> of a file, without any cluster.</summary>
/// <param name="program">The program.</param>
public sealed class ManifestAnalysis(IstioctlProgram program)
{
    private const string Remedy = "run it by hand to see what it says, or leave it out with --istioctl off";

    /// <summary>What <c>istioctl analyze</c> says about the manifests of a file.</summary>
    /// <exception cref="UserException">It cannot be run, takes too long, or does not answer as istioctl does.</exception>
    public async Task<ImmutableArray<IstioctlMessage>> AnalyzeAsync(string file, CancellationToken cancel)
    {
        var output = await RunAsync(["analyze", "--use-kube=false", "--all-namespaces", "--output", "json", file], cancel);
        // Findings give an exit code of their own; only what is printed tells them from a failure.
        if (output.ExitCode != 0 && output.Output.IsEmpty) throw output.Failure(Remedy);
        return IstioctlAnswers.Analysis(output.Output) ?? throw new UserException(ErrorKind.Environment, $"'{program.Name} analyze' did not answer with a list of messages in JSON", Remedy);
    }

    /// <summary>What <c>istioctl validate</c> refuses in the manifests of a file.</summary>
    /// <exception cref="UserException">It cannot be run, takes too long, or fails without naming a resource.</exception>
    public async Task<ImmutableArray<IstioctlMessage>> ValidateAsync(string file, CancellationToken cancel)
    {
        var output = await RunAsync(["validate", "--filename", file], cancel);
        if (output.ExitCode == 0) return [];
        var messages = IstioctlAnswers.Validation($"{output.ErrorText}\n{output.OutputText}");
        return messages.IsEmpty ? throw output.Failure(Remedy) : messages;
    }

    private async Task<ProgramOutput> RunAsync(ImmutableArray<string> arguments, CancellationToken cancel)
    {
        var home = Directory.CreateTempSubdirectory("meshlift-istioctl-");
        try
        {
            return await program.RunAsync(home.FullName, home.FullName, arguments, cancel);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }
}
