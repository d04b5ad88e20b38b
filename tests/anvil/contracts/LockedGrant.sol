// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";

/// Holds the tokens of one grant, so that its owner can delegate their votes while they are locked
/// (ERC20Votes delegates whole balances: many grants in one account could only vote as one).
contract Escrow {
    ERC20Votes private immutable token;
    address private immutable vault = msg.sender;

    constructor(ERC20Votes token_) {
        token = token_;
        token_.approve(msg.sender, type(uint256).max);
    }

    function delegate(address to) external {
        require(msg.sender == vault);
        token.delegate(to);
    }
}

/// Grants that unlock linearly: nothing before `cliff`, then amount * (now - start) / (finish - start)
/// rounded down, all of it from `finish` on. One grant for each beneficiary.
contract LockedGrant {
    struct Grant {
        Escrow escrow;
        uint256 amount;
        uint256 released;
        uint64 start;
        uint64 cliff;
        uint64 finish;
    }

    event GrantCreated(address indexed beneficiary, uint256 amount, uint64 start, uint64 cliff, uint64 finish);
    event GrantReleased(address indexed beneficiary, uint256 amount);

    ERC20Votes public immutable token;
    mapping(address beneficiary => Grant) public grants;

    constructor(ERC20Votes token_) {
        token = token_;
    }

    function grant(address beneficiary, uint256 amount, uint64 start, uint64 cliff, uint64 finish) external {
        require(address(grants[beneficiary].escrow) == address(0), "one grant each");
        require(amount > 0 && start <= cliff && cliff <= finish && start < finish, "dates");
        Escrow escrow = new Escrow(token);
        grants[beneficiary] = Grant(escrow, amount, 0, start, cliff, finish);
        token.transferFrom(msg.sender, address(escrow), amount);
        emit GrantCreated(beneficiary, amount, start, cliff, finish);
    }

    function delegate(address to) external {
        grants[msg.sender].escrow.delegate(to);
    }

    function release() external {
        Grant storage mine = grants[msg.sender];
        uint256 amount = vested(msg.sender, block.timestamp) - mine.released;
        require(amount > 0, "nothing to release");
        mine.released += amount;
        token.transferFrom(address(mine.escrow), msg.sender, amount);
        emit GrantReleased(msg.sender, amount);
    }

    function vested(address beneficiary, uint256 time) public view returns (uint256) {
        Grant storage its = grants[beneficiary];
        if (time < its.cliff) return 0;
        if (time >= its.finish) return its.amount;
        return its.amount * (time - its.start) / (its.finish - its.start);
    }

    function locked(address beneficiary) external view returns (uint256) {
        return grants[beneficiary].amount - vested(beneficiary, block.timestamp);
    }
}
