using System.Collections.Immutable;
using Meshlift.Adapters.Processes;

namespace Meshlift.Adapters.Forges.Tokens;

/// <summary>A token that a program prints. It runs once, and again when the forge does not take what it printed.</summary>
internal sealed class CommandToken(ImmutableArray<string> arguments, string folder, IReadOnlyDictionary<string, string> environment, TimeProvider time) : ITokenSource
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    private string? _known;

    public string Shown => $"the program '{Path.GetFileName(arguments[0])}'";

    public async ValueTask<string> GetAsync(CancellationToken cancel)
    {
        if (_known is { } known) return known;
        var name = arguments[0].Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(arguments[0], folder) : arguments[0];
        var program = new ExternalProgram(name, "install it, or correct 'token' of the repository", time, environment);
        // It finds its own login in the environment, and gets all of it, as git gives it to a credential helper.
        var output = await program.RunAsync(
            new ProgramCall(folder, arguments[1..])
            {
                Shown = [],
                Variables = environment.ToImmutableDictionary(StringComparer.Ordinal),
                TimeLimit = TimeLimit,
                LargestOutput = TokenText.Largest,
                LargestErrorOutput = 1 << 20,
            },
            cancel);
        if (output.ExitCode != 0) throw output.Failure("run it by hand; it is to print the token of the forge and nothing else");
        return _known = TokenText.Read(output.Output.Span, $"what {Shown} prints");
    }

    public bool Refuse(string token)
    {
        if (_known == token) _known = null;
        return true;
    }
}
