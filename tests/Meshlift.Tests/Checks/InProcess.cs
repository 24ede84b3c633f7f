using System.CommandLine;
using Meshlift.CommandLine;
using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Checks;

/// <summary>The command line in this process, which is faster to start than one of its own.</summary>
internal static class InProcess
{
    public static async Task<Outcome> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandTree.RunAsync(arguments, new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error });
        return new Outcome(code, output.ToString(), error.ToString());
    }
}
